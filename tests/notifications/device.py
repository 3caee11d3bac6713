"""A device with keys of its own, which reads what is pushed to it with a library that is not ours."""

from __future__ import annotations

import json
import re
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

from notifications.push.keys import CURVE, decode, encode, point
from tests.core.listener import Asked


class Device:
    """Makes its keys when it is made."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(CURVE)
        self.secret = bytes(range(16))

    @property
    def keys(self) -> dict[str, str]:
        """What it tells the site when it subscribes."""
        return {"p256dh": encode(point(self.private.public_key())), "auth": encode(self.secret)}

    def read(self, asked: Asked) -> dict[str, Any]:
        """Open a message as it arrived at the push service."""
        return dict(json.loads(self.open(asked.body, asked.headers)))

    def open(self, body: bytes, headers: dict[str, str]) -> bytes:
        """Decrypt, as the header of the encoding says."""
        headers = {name.lower(): value for name, value in headers.items()}
        if headers["content-encoding"] == "aes128gcm":
            return bytes(http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret))
        salt = re.search(r"salt=([\w-]+)", headers["encryption"])
        sender = re.search(r"dh=([\w-]+)", headers["crypto-key"])
        assert salt and sender
        return bytes(
            http_ece.decrypt(
                body,
                salt=decode(salt[1]),
                private_key=self.private,
                dh=decode(sender[1]),
                auth_secret=self.secret,
                version="aesgcm",
            )
        )
