"""The key pair by which push services know this site (RFC 8292), and base64url as browsers write it."""

from __future__ import annotations

import base64
import binascii
import json
import time
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from notifications.models import PushKey

CURVE = ec.SECP256R1()
SIGNATURE_LASTS = 12 * 3600  # seconds; RFC 8292 allows a day


def public_key() -> str:
    """Return the site's public key as apps and browsers ask for it; it is made when it is first needed."""
    return _pair()[1]


def signed_claim(endpoint: str) -> str:
    """Return a token that says to the push service of ``endpoint`` who calls (RFC 8292, section 2)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + SIGNATURE_LASTS,
        "sub": settings.SITE_URL if settings.HTTPS else f"mailto:noreply@{urlsplit(settings.SITE_URL).hostname}",
    }
    head = {"typ": "JWT", "alg": "ES256"}
    words = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
    numbers = decode_dss_signature(_private(_pair()[0]).sign(words.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{words}.{encode(b''.join(number.to_bytes(32, 'big') for number in numbers))}"


def encode(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return what base64 of either alphabet stands for, with or without padding; ValueError for anything else."""
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _pair() -> tuple[str, str]:
    """Return both halves; the row decides, so several processes that begin at once agree on one."""
    row = PushKey.objects.filter(pk=1).first()
    if row is None:
        fresh = ec.generate_private_key(CURVE)
        halves = {
            "private": encode(fresh.private_numbers().private_value.to_bytes(32, "big")),
            "public": encode(point(fresh.public_key())),
        }
        row, _is_new = PushKey.objects.get_or_create(pk=1, defaults=halves)
    return row.private, row.public


@lru_cache(maxsize=2)
def _private(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode(text), "big"), CURVE)
