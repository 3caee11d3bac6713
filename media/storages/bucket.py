"""Files in a bucket of something that speaks S3. Loaded only where STORAGE_URL names one: boto3 takes 40 MB.

The bucket stays private: nobody but this site, and the web server in front of it, ever gets an address into it.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from boto3 import Session
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from media.storages.place import PIECE, Stored

SIGNED_SECONDS = 60  # how long an address that was handed to the web server in front is good for
PART = 64 * 1024 * 1024  # bytes; up to here a file goes in one request, straight from the disk
PROBE = "polylog-probe"
AT_ONCE = 1000  # names in one request to delete, S3's limit
SINGLE_COPY = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}


class Bucket(S3Storage):  # type: ignore[misc]
    """The storage of django-storages, with what the site needs beyond it.

    One client serves all threads (botocore's clients may be shared, its resources not), and no transfer starts threads
    of its own, so that memory stays flat. The new checksums of botocore are left out: many who speak S3 refuse them.
    """

    def __init__(self, *, addressing_style: str = "path", **options: Any) -> None:
        config = Config(
            s3={"addressing_style": addressing_style}, signature_version="s3v4", max_pool_connections=16,
            connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3, "mode": "standard"}, **SINGLE_COPY,
        )  # fmt: skip
        transfer = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)
        super().__init__(**options, client_config=config, transfer_config=transfer, querystring_expire=SIGNED_SECONDS)

    @cached_property
    def client(self) -> Any:
        """The one client."""
        session = Session(aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key)
        client = session.client(
            "s3", region_name=self.region_name, endpoint_url=self.endpoint_url, config=self.client_config
        )
        client.meta.events.register("before-call.s3.DeleteObjects", _add_md5)
        return client

    def problem(self) -> str:
        """Write, read and delete one small object; returns what is wrong with the bucket, in English, or nothing."""
        name, content = f"{PROBE}-{secrets.token_hex(4)}", b"This may be deleted."
        try:
            self.put(name, ContentFile(content))
            with self.open(name) as file:
                read = file.read()
            self.delete(name)
        except OSError as error:
            return f"files cannot be kept in the bucket {self.bucket_name!r} at {self.endpoint_url} ({error.strerror})"
        return "" if read == content else f"the bucket {self.bucket_name!r} gives back something else than was put in"

    def put(self, name: str, content: File[bytes]) -> None:
        """Keep ``content``; S3 shows an object when it is whole."""
        content.seek(0)
        with _in_words(name):
            place: Any = {"Bucket": self.bucket_name, "Key": self._key(name)}
            if content.size <= PART:
                self.client.put_object(Body=content.file, **place)
            else:
                self.client.upload_fileobj(_Open(content.file), **place, Config=self.transfer_config)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        """Bring a file here, onto the disk."""
        file = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  (closed by whoever asked for it)
        try:
            with _in_words(name):
                self.client.download_fileobj(self.bucket_name, self._key(name), file, Config=self.transfer_config)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return File(file, name)

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        """Return its bytes."""
        with _in_words(name):
            return int(self.client.head_object(Bucket=self.bucket_name, Key=self._key(name))["ContentLength"])

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file, read back."""
        sha256 = hashlib.sha256()
        with _in_words(name):
            for piece in self.client.get_object(Bucket=self.bucket_name, Key=self._key(name))["Body"].iter_chunks(
                PIECE
            ):
                sha256.update(piece)
        return sha256.hexdigest()

    def delete(self, name: str) -> None:
        """Delete one file."""
        with _in_words(name):
            self.client.delete_object(Bucket=self.bucket_name, Key=self._key(name))

    def clear(self, folder: str) -> int:
        """Delete a folder with all that is in it."""
        names = [stored.name for stored in self.files(folder)]
        for begin in range(0, len(names), AT_ONCE):
            keys = [{"Key": self._key(name)} for name in names[begin : begin + AT_ONCE]]
            with _in_words(folder):
                said = self.client.delete_objects(Bucket=self.bucket_name, Delete={"Objects": keys, "Quiet": True})
            if said.get("Errors"):
                raise OSError(errno.EIO, f"not deleted: {said['Errors'][0].get('Code')}", folder)
        return len(names)

    def folders(self) -> Iterator[str]:
        """Yield every folder of a file."""
        for prefix in self._inner(""):
            if len(prefix) == 2:
                yield from (f"{prefix}/{key}" for key in self._inner(f"{prefix}/"))

    def files(self, folder: str) -> Iterator[Stored]:
        """Yield what is stored in a folder and in the folders in it."""
        for page in self._pages("list_objects_v2", Prefix=self._key(folder) + "/"):
            for entry in page.get("Contents", ()):
                yield Stored(self._name(entry["Key"]), entry["Size"], entry["LastModified"].timestamp())

    def clear_broken(self, older_than: float) -> int:
        """Give up uploads in parts that were broken off: their parts cost money, and no list shows them."""
        count = 0
        for page in self._pages("list_multipart_uploads", Prefix=self.location):
            for upload in page.get("Uploads", ()):
                if time.time() - upload["Initiated"].timestamp() > older_than:
                    with _in_words(upload["Key"]):
                        self.client.abort_multipart_upload(
                            Bucket=self.bucket_name, Key=upload["Key"], UploadId=upload["UploadId"]
                        )
                    count += 1
        return count

    def free(self) -> int | None:
        """Return None: a bucket does not tell."""
        return None

    def handed(self, name: str, method: str) -> str:
        """Name the file by a signed address that is good for a minute."""
        place = {"Bucket": self.bucket_name, "Key": self._key(name)}
        signed = urlsplit(self.client.generate_presigned_url("get_object", place, SIGNED_SECONDS, method))
        return f"/_bucket/{signed.scheme}/{signed.netloc}{signed.path}?{signed.query}"

    def _inner(self, prefix: str) -> Iterator[str]:
        start = f"{self.location}{prefix}"
        for page in self._pages("list_objects_v2", Prefix=start, Delimiter="/"):
            yield from (entry["Prefix"].removeprefix(start).rstrip("/") for entry in page.get("CommonPrefixes", ()))

    def _pages(self, what: str, **asked: str) -> Iterator[dict[str, Any]]:
        with _in_words(asked["Prefix"]):
            yield from self.client.get_paginator(what).paginate(Bucket=self.bucket_name, **asked)

    def _key(self, name: str) -> str:
        return str(self._normalize_name(clean_name(name)))

    def _name(self, key: str) -> str:
        return key.removeprefix(self.location)


class _Open:
    """A file that s3transfer cannot close: whoever brought it goes on with it."""

    def __init__(self, file: Any) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    """Turn what the client raises into what a disk would raise."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        code = error.response.get("Error", {}).get("Code", "")
        if status == 404 and code != "NoSuchBucket":
            raise FileNotFoundError(errno.ENOENT, "not in the bucket", name) from None
        raise OSError(errno.ENOSPC if status == 507 else errno.EIO, f"the bucket says {code}", name) from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(errno.EIO, f"the bucket does not answer ({error})", name) from error


def _add_md5(params: dict[str, Any], **_kwargs: Any) -> None:
    """Say the MD5 of a list of names, which older servers want there (and newer ones take instead of a CRC)."""
    digest = hashlib.md5(params["body"], usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = base64.b64encode(digest).decode()
