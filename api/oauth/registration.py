"""What an app may say of itself when it registers. Nobody checks who it is, so nothing here is taken at its word."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from api.errors import Refused
from api.oauth.models import OUT_OF_BAND
from api.scopes import SCOPES

MAX_NAME: Final = 60
MAX_ADDRESS: Final = 2000
MAX_ADDRESSES: Final = 20

# Schemes that a browser would run, open or read by itself instead of handing them to an app.
FORBIDDEN: Final = frozenset(
    {
        "about", "blob", "chrome", "data", "file", "filesystem", "ftp", "intent", "javascript", "jar", "mailto",
        "resource", "tel", "vbscript", "view-source", "ws", "wss",
    }
)  # fmt: skip
_address = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):([\x21-\x7e]*)")
_unsafe = re.compile(r"[\"<>\\^`{|}#]")
_invisible = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]|[\ud800-\udfff]")


def name_of(text: str) -> str:
    """Return the name as it will be shown: one line, without signs that turn or hide what stands beside them."""
    name = " ".join(_invisible.sub(" ", text).split())
    if not name:
        raise _invalid("Name can't be blank")
    if len(name) > MAX_NAME:
        raise _invalid(f"Name is too long (maximum is {MAX_NAME} characters)")
    return name


def addresses_of(given: list[str]) -> list[str]:
    """Return where the app may be sent back to, each as it was given: no sign of it is changed, now or later."""
    addresses = list(dict.fromkeys(address for text in given for address in text.split()))
    if not addresses:
        raise _invalid("Redirect URI can't be blank")
    if len(addresses) > MAX_ADDRESSES:
        raise _invalid(f"Redirect URI has too many lines (maximum is {MAX_ADDRESSES})")
    for address in addresses:
        if address != OUT_OF_BAND and not _is_address(address):
            raise _invalid("Redirect URI must be an absolute URI")
    return addresses


def scopes_of(text: str) -> list[str]:
    """Return what the app wants to be able to ask for; ``read`` if it does not say."""
    scopes = list(dict.fromkeys(text.split())) or ["read"]
    if not set(scopes) <= set(SCOPES):
        raise _invalid("Scopes doesn't match configured on the server.")
    return scopes


def website_of(text: str) -> str:
    """Return the app's page, or nothing where it gives none."""
    address = text.strip()
    if not address:
        return ""
    if not _is_address(address) or urlsplit(address).scheme not in {"http", "https"}:
        raise _invalid("Website is invalid")
    return address


def _is_address(text: str) -> bool:
    """Whether this is an absolute address of signs that may stand in one, with a scheme that leads to an app."""
    found = _address.fullmatch(text)
    if found is None or len(text) > MAX_ADDRESS or _unsafe.search(text):
        return False
    scheme, rest = found[1].lower(), found[2]
    if scheme in FORBIDDEN:
        return False
    try:
        parts = urlsplit(text)
        is_web_with_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_web_with_host and "@" not in parts.netloc if scheme in {"http", "https"} else bool(rest)


def _invalid(why: str) -> Refused:
    return Refused(422, f"Validation failed: {why}")
