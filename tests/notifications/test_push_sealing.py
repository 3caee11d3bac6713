"""What is sent to a device can be read by the device alone, and says truly who sent it."""

from __future__ import annotations

import json
import time

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from notifications.models import PushKey
from notifications.push import keys
from notifications.push.keys import CURVE, decode, encode, public_key, signed_claim
from notifications.push.sealing import MOST, read_device_keys, seal
from tests.notifications.device import Device

# RFC 8291, section 5 and appendix A.
WORDS = b"When I grow up, I want to be a watermelon"
DEVICE = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"
OWN = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
    "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard() -> None:
    own = ec.derive_private_key(int.from_bytes(decode(OWN), "big"), CURVE)
    sealed = seal(WORDS, DEVICE, SECRET, is_standard=True, own=own, salt=decode(SALT))
    assert (encode(sealed.body), sealed.headers) == (SEALED, {"Content-Encoding": "aes128gcm"})


@pytest.mark.parametrize("is_standard", [True, False])
@pytest.mark.parametrize("message", [b"", b"x", WORDS, b"\xff" * MOST])
def test_another_implementation_reads_it(message: bytes, is_standard: bool) -> None:
    device = Device()
    sealed = seal(message, **device.keys, is_standard=is_standard)
    assert device.open(sealed.body, sealed.headers) == message
    assert len(sealed.body) <= 4096


def test_nobody_else_reads_it_and_no_two_are_alike() -> None:
    device = Device()
    first, second = (seal(WORDS, **device.keys, is_standard=True) for _ in range(2))
    assert first.body[:16] != second.body[:16]
    with pytest.raises(Exception, match=r"^$|Decrypt"):
        Device().open(first.body, first.headers)


def test_what_is_too_long_is_not_cut() -> None:
    with pytest.raises(ValueError, match="too long"):
        seal(b"x" * (MOST + 1), DEVICE, SECRET, is_standard=True)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", SECRET), (DEVICE[:-2], SECRET), ("B" * 87, SECRET), (DEVICE, ""), (DEVICE, SECRET[:-2]),
        (DEVICE, SECRET + "AAAA"), (DEVICE, "no base64!"), (DEVICE + "\0", SECRET), ("ü", SECRET),
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError):
        read_device_keys(p256dh, auth)


def test_both_alphabets_of_base64_are_read() -> None:
    plain = DEVICE.replace("-", "+").replace("_", "/") + "="
    assert read_device_keys(plain, SECRET + "==") == read_device_keys(DEVICE, SECRET)


@pytest.mark.django_db
def test_the_site_has_one_key_and_keeps_it() -> None:
    assert public_key() == public_key() == PushKey.objects.get().public
    assert (len(decode(public_key())), decode(public_key())[0]) == (65, 4)


@pytest.mark.django_db
def test_the_site_signs_for_whom_the_message_is() -> None:
    token = signed_claim("https://push.example.org:8443/send/abc")
    words, _, signature = token.rpartition(".")
    claims = json.loads(decode(words.partition(".")[2]))
    raw = decode(signature)
    numbers = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    known = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decode(public_key()))
    known.verify(numbers, words.encode(), ec.ECDSA(hashes.SHA256()))
    assert claims["aud"] == "https://push.example.org:8443"
    assert 0 < claims["exp"] - time.time() <= 24 * 3600
    with pytest.raises(InvalidSignature):
        known.verify(numbers, words.encode() + b"x", ec.ECDSA(hashes.SHA256()))


@pytest.mark.django_db
def test_who_is_to_be_asked_is_named(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def subject() -> str:
        return str(json.loads(decode(keys.signed_claim("https://push.example.org/").split(".")[1]))["sub"])

    settings.SITE_URL, settings.HTTPS = "https://talk.example.org", True
    assert subject() == "https://talk.example.org"
    settings.SITE_URL, settings.HTTPS = "http://localhost:8000", False
    assert subject() == "mailto:noreply@localhost"
