"""The words of tus 1.0 (https://tus.io/protocols/resumable-upload): headers read into what services take."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum,concatenation"
CONTENT_TYPE = "application/offset+octet-stream"
ADDRESS = "/uploads/tus"
FOR_APPS = "/api/polylog/v1/uploads/tus"
"""The same for programs, which come with a token instead of a session (api/uploads.py)."""
PLACES = (ADDRESS, FOR_APPS)
ALGORITHMS = ("sha1", "sha256")
MOST_PARTS = 16
LONGEST = 2**53  # bytes; beyond this JavaScript cannot count

KEY = re.compile(rf"(?:{'|'.join(PLACES)})/([0-9a-f]{{32}})")
NUMBER = re.compile(r"[0-9]{1,16}")


class Wrong(Exception):
    """A request that the protocol does not allow; ``status`` says how."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Wish:
    """What a creation asks for. A final upload names its ``parts`` by their keys, in order, and has no length."""

    length: int
    name: str = ""
    is_partial: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request have to add up to."""

    algorithm: str
    digest: bytes


def read_creation(headers: Mapping[str, str]) -> Wish:
    """Return what a POST asks for; raises Wrong."""
    concat = headers.get("upload-concat", "")
    said = read_metadata(headers.get("upload-metadata", ""))
    name = said.get("filename") or said.get("name") or ""
    if concat.startswith("final;"):
        return Wish(0, name, parts=_keys(concat.removeprefix("final;")))
    if concat not in {"", "partial"}:
        raise Wrong(400, "Upload-Concat is not understood.")
    if "upload-defer-length" in headers:
        raise Wrong(400, "The length has to be said at the beginning.")
    return Wish(read_number(headers, "upload-length"), name, is_partial=concat == "partial")


def read_number(headers: Mapping[str, str], name: str) -> int:
    """Return a header's number of bytes; raises Wrong where it is missing, negative or beyond all sense."""
    given = headers.get(name, "")
    if not (given.isascii() and NUMBER.fullmatch(given)) or int(given) > LONGEST:
        raise Wrong(400, f"{name.title()} is not a number of bytes.")
    return int(given)


def read_checksum(headers: Mapping[str, str]) -> Checksum | None:
    """Return the checksum of a body, where one is given; raises Wrong."""
    given = headers.get("upload-checksum")
    if given is None:
        return None
    algorithm, _space, encoded = given.partition(" ")
    digest = _decoded(encoded)
    if algorithm not in ALGORITHMS or digest is None or len(digest) != hashlib.new(algorithm).digest_size:
        raise Wrong(400, f"Upload-Checksum has to be one of {', '.join(ALGORITHMS)}.")
    return Checksum(algorithm, digest)


def read_metadata(given: str) -> dict[str, str]:
    """Return what a client says about a file: pairs of a key and a value in Base64; raises Wrong."""
    said = {}
    for pair in filter(None, (pair.strip() for pair in given.split(","))):
        key, _space, encoded = pair.partition(" ")
        value = _decoded(encoded)
        if value is None:
            raise Wrong(400, "Upload-Metadata is not understood.")
        said[key] = value.decode("utf-8", "replace")
    return said


def write_metadata(name: str) -> str:
    """Return a file's name as ``read_metadata`` reads it."""
    return f"filename {base64.b64encode(name.encode()).decode()}"


def address_of(key: str, path: str = ADDRESS) -> str:
    """Return where an upload goes on, in the place in which a request to ``path`` was made."""
    return f"{FOR_APPS if path.startswith(FOR_APPS) else ADDRESS}/{key}"


def _keys(addresses: str) -> tuple[str, ...]:
    found = [KEY.fullmatch(urlsplit(address).path) for address in addresses.split()[: MOST_PARTS + 1]]
    keys = tuple(match[1] for match in found if match)
    if not keys or len(keys) != len(found) or len(keys) > MOST_PARTS or len(set(keys)) != len(keys):
        raise Wrong(400, f"Upload-Concat has to name from 1 to {MOST_PARTS} parts of this site.")
    return keys


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.encode(), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
