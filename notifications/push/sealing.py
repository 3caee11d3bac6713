"""Sealing a message so that only the device can read it: aes128gcm (RFC 8291), and aesgcm as older apps ask for.

Both share one secret between a key pair made for this message and the device's public key, and derive from it and the
device's secret a key and a nonce for AES-GCM.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from notifications.push.keys import CURVE, decode, encode, point

SALT, SECRET = 16, 16  # bytes
RECORD = 4096  # bytes; one record is all a push service has to take
MOST = 3000  # bytes of a message


@dataclass(frozen=True)
class Sealed:
    """What is sent: the body, and the headers that say how it is sealed."""

    body: bytes
    headers: dict[str, str]


def read_device_keys(p256dh: str, auth: str) -> tuple[bytes, bytes]:
    """Return a device's public key and secret as bytes; ValueError for what is none."""
    device, secret = decode(p256dh), decode(auth)
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, device)
    if len(device) != 65 or len(secret) != SECRET:
        raise ValueError("Not a key of a device.")
    return device, secret


def seal(
    message: bytes,
    p256dh: str,
    auth: str,
    *,
    is_standard: bool,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
) -> Sealed:
    """Return ``message`` (at most 3,000 bytes) sealed for a device. ``own`` and ``salt`` are for test vectors only."""
    if len(message) > MOST:
        raise ValueError("The message is too long.")
    device, secret = read_device_keys(p256dh, auth)
    own, salt = own or ec.generate_private_key(CURVE), salt or os.urandom(SALT)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, device))
    agreed = _Agreed(shared, secret, device, point(own.public_key()))
    return (_standard if is_standard else _legacy)(message, agreed, salt)


@dataclass(frozen=True)
class _Agreed:
    """What both ends know: the shared secret of the two key pairs, the device's own, and both public keys."""

    shared: bytes
    secret: bytes
    device: bytes
    mine: bytes


def _standard(message: bytes, agreed: _Agreed, salt: bytes) -> Sealed:
    """RFC 8291, section 3.4; RFC 8188, section 2."""
    mine = agreed.mine
    material = _derive(agreed.shared, agreed.secret, b"WebPush: info\0" + agreed.device + mine, 32)
    key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(mine)]) + mine
    body = head + AESGCM(key).encrypt(nonce, message + b"\x02", None)
    return Sealed(body, {"Content-Encoding": "aes128gcm"})


def _legacy(message: bytes, agreed: _Agreed, salt: bytes) -> Sealed:
    """draft-ietf-webpush-encryption-04; draft-ietf-httpbis-encryption-encoding-03."""
    mine = agreed.mine
    context = b"P-256\0" + b"".join(len(key).to_bytes(2, "big") + key for key in (agreed.device, mine))
    material = _derive(agreed.shared, agreed.secret, b"Content-Encoding: auth\0", 32)
    key = _derive(material, salt, b"Content-Encoding: aesgcm\0" + context, 16)
    nonce = _derive(material, salt, b"Content-Encoding: nonce\0" + context, 12)
    body = AESGCM(key).encrypt(nonce, b"\0\0" + message, None)
    headers = {"Encryption": f"salt={encode(salt)}", "Crypto-Key": f"dh={encode(mine)}"}
    return Sealed(body, {"Content-Encoding": "aesgcm", **headers})


def _derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)
