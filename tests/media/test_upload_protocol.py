"""Resumable uploads as any client of tus 1.0 speaks with them."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from media import store
from media.models import Attachment, Quota, Upload
from media.tasks import delete_folder
from media.uploads import parts
from tests import kept
from tests.media import files

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"


@pytest.fixture
def photo() -> bytes:
    return files.photo()


@pytest.fixture
def tus(client: Client, alice: User) -> Tus:
    """Alice's client."""
    client.force_login(alice)
    return Tus(client)


class Tus:
    """Says what a test means in the protocol's words."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def create(self, length: int, body: bytes | None = None, **headers: str) -> HttpResponse:
        """Begin; with a body, creation-with-upload."""
        sent = TUS | {"Upload-Length": str(length)} | _dashed(headers)
        content_type = "text/plain" if body is None else BYTES
        return self.client.post("/uploads/tus", body or b"", content_type, headers=sent)

    def patch(self, place: str, offset: int, body: bytes, **headers: str) -> HttpResponse:
        """Go on."""
        sent = TUS | {"Upload-Offset": str(offset)} | _dashed(headers)
        return self.client.patch(place, body, BYTES, headers=sent)

    def head(self, place: str) -> HttpResponse:
        """Ask how far it is."""
        return self.client.head(place, headers=TUS)

    def part(self, body: bytes) -> str:
        """Upload one part whole; returns its address."""
        return self.create(len(body), body, upload_concat="partial")["Location"]

    def join(self, *places: str, **headers: str) -> HttpResponse:
        """Put parts together."""
        sent = TUS | {"Upload-Concat": f"final;{' '.join(places)}"} | _dashed(headers)
        return self.client.post("/uploads/tus", headers=sent)


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _named(name: str) -> str:
    return f"filename {base64.b64encode(name.encode()).decode()}"


@pytest.mark.usefixtures("each_place")
def test_a_file_comes_in_two_parts(tus: Tus, photo: bytes) -> None:
    begun = tus.create(len(photo), upload_metadata=_named("Mäuse.jpg"))
    place = begun["Location"]
    assert (begun.status_code, begun["Upload-Offset"]) == (201, "0")
    assert tus.patch(place, 0, photo[:100])["Upload-Offset"] == "100"
    assert tus.head(place)["Upload-Offset"] == "100"
    done = tus.patch(place, 100, photo[100:])
    file = Attachment.objects.get()
    assert (done.status_code, done["Upload-Attachment"]) == (204, str(file.pk))
    assert (file.name, file.kind, file.size, kept.content(file.raw)) == ("Mäuse.jpg", "image", len(photo), photo)
    assert kept.names() + waiting() == [file.raw]


def test_a_file_comes_with_its_creation(tus: Tus, photo: bytes) -> None:
    done = tus.create(len(photo), photo)
    assert (done.status_code, done["Upload-Offset"]) == (201, str(len(photo)))
    assert kept.content(Attachment.objects.get().raw) == photo


def test_a_finished_upload_tells_its_file_again(tus: Tus, photo: bytes) -> None:
    place = tus.create(len(photo), photo)["Location"]
    said = tus.head(place)
    assert (said["Upload-Offset"], said["Upload-Length"]) == (str(len(photo)), str(len(photo)))
    assert said["Upload-Attachment"] == str(Attachment.objects.get().pk)
    assert tus.patch(place, len(photo), b"more").status_code == 403


@pytest.mark.usefixtures("each_place")
def test_what_was_complete_when_the_server_died_is_finished_by_asking(tus: Tus, photo: bytes) -> None:
    place = tus.create(len(photo))["Location"]
    target = parts.open_part(Upload.objects.get().key, 0, "died")
    target.write(photo)
    target.keep()
    target.close()
    assert tus.head(place)["Upload-Attachment"] == str(Attachment.objects.get().pk)


@pytest.mark.usefixtures("each_place")
def test_parts_side_by_side_become_one_file(tus: Tus, photo: bytes) -> None:
    places = [tus.part(photo[:500]), tus.part(photo[500:900]), tus.part(photo[900:])]
    done = tus.join(*places, upload_metadata=_named("a.jpg"))
    file = Attachment.objects.get()
    assert (done.status_code, done["Upload-Attachment"], file.name) == (201, str(file.pk), "a.jpg")
    assert (kept.content(file.raw), kept.names() + waiting()) == (photo, [file.raw])


@pytest.mark.usefixtures("each_place")
def test_many_small_chunks_are_one_file(tus: Tus, photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "CHUNK", 200)
    place = tus.create(len(photo))["Location"]
    for begin in range(0, len(photo), 450):
        tus.patch(place, begin, photo[begin : begin + 450])
    file = Attachment.objects.get()
    assert (kept.content(file.raw), waiting()) == (photo, [])


def test_joining_twice_is_joining_once(tus: Tus, photo: bytes) -> None:
    places = [tus.part(photo[:500]), tus.part(photo[500:])]
    first, second = tus.join(*places), tus.join(*places)
    assert (first["Location"], second["Location"], second.status_code) == (first["Location"], first["Location"], 201)
    assert Attachment.objects.count() == 1


@kept.needs_folder
@pytest.mark.parametrize("copied", [0, 1, 250, 400], ids=["none", "a byte", "half", "all"])
def test_putting_together_goes_on_where_the_server_died(tus: Tus, photo: bytes, copied: int) -> None:
    places = [tus.part(photo[:500]), tus.part(photo[500:900]), tus.part(photo[900:])]
    keys = [place[-32:] for place in places]
    final = Upload.objects.create(owner=_owner(), key="f" * 32, length=len(photo), expires=_tomorrow())
    Upload.objects.filter(key__in=keys).update(final=final)
    folder = Path(settings.MEDIA_ROOT) / "parts"
    (folder / final.key).mkdir()
    (folder / keys[0] / "data").rename(folder / final.key / "data")
    with (folder / final.key / "data").open("ab") as half:
        half.write(photo[500 : 500 + copied])
    tus.join(*places)
    assert kept.content(Attachment.objects.get().raw) == photo


def test_parts_of_somebody_else_are_not_there(tus: Tus, photo: bytes, carol: User) -> None:
    other = Client()
    other.force_login(carol)
    theirs = Tus(other).part(photo)
    assert tus.join(theirs).status_code == 404
    assert tus.head(theirs).status_code == 404
    assert tus.patch(theirs, 0, b"x").status_code == 404
    assert tus.client.delete(theirs, headers=TUS).status_code == 404
    assert Upload.objects.get().owner == carol


def test_incomplete_parts_wait(tus: Tus, photo: bytes) -> None:
    half = tus.create(len(photo), photo[:100], upload_concat="partial")["Location"]
    assert tus.join(half).status_code == 409
    tus.patch(half, 100, photo[100:])
    assert tus.join(half).status_code == 201


def test_another_offset_is_a_conflict(tus: Tus, photo: bytes) -> None:
    place = tus.create(len(photo), photo[:100])["Location"]
    assert [tus.patch(place, offset, b"x").status_code for offset in (0, 99, 101)] == [409, 409, 409]
    assert tus.head(place)["Upload-Offset"] == "100"


@pytest.mark.usefixtures("each_place")
def test_a_checksum_has_to_fit(tus: Tus, photo: bytes) -> None:
    place = tus.create(len(photo))["Location"]
    good = base64.b64encode(hashlib.sha1(photo[:100], usedforsecurity=False).digest()).decode()
    refused = tus.patch(place, 0, photo[1:101], upload_checksum=f"sha1 {good}")
    assert (refused.status_code, tus.head(place)["Upload-Offset"]) == (460, "0")
    assert tus.patch(place, 0, photo[:100], upload_checksum=f"sha1 {good}").status_code == 204
    assert tus.patch(place, 100, b"x", upload_checksum="md5 AAAA").status_code == 400


@pytest.mark.usefixtures("each_place")
def test_termination_leaves_nothing(tus: Tus, photo: bytes) -> None:
    place = tus.create(len(photo), photo[:100])["Location"]
    assert tus.client.delete(place, headers=TUS).status_code == 204
    assert (tus.head(place).status_code, Upload.objects.count()) == (404, 0)
    assert waiting() != []
    work_off()
    assert waiting() == []


def test_what_we_speak(client: Client, mod: User) -> None:
    said = client.options("/uploads/tus")
    assert (said.status_code, said["Tus-Version"], said["Tus-Max-Size"]) == (204, "1.0.0", str(2**31))
    assert said["Tus-Extension"].split(",") == [
        "creation", "creation-with-upload", "termination", "expiration", "checksum", "concatenation",
    ]  # fmt: skip


def test_another_version_is_refused(tus: Tus) -> None:
    refused = tus.client.post("/uploads/tus", headers={"Upload-Length": "5", "Tus-Resumable": "0.2.2"})
    assert (refused.status_code, refused["Tus-Version"]) == (412, "1.0.0")


def test_a_method_may_be_said_in_a_header(tus: Tus, photo: bytes) -> None:
    place = tus.create(len(photo))["Location"]
    sent = TUS | {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"}
    assert tus.client.post(place, photo, BYTES, headers=sent)["Upload-Offset"] == str(len(photo))
    assert tus.client.get(place, headers=TUS | {"X-HTTP-Method-Override": "DELETE"}).status_code == 405


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "1e9"}, 400),
        ({"Upload-Length": "9" * 40}, 400),
        ({"Upload-Length": "²"}, 400),
        ({}, 400),
        ({"Upload-Defer-Length": "1"}, 400),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Length": "9", "Upload-Concat": "half"}, 400),
        ({"Upload-Length": "9", "Upload-Metadata": "filename ***"}, 400),
        ({"Upload-Concat": "final;"}, 400),
        ({"Upload-Concat": "final;/etc/passwd"}, 400),
        ({"Upload-Concat": "final;/uploads/tus/" + "a" * 32}, 404),
        ({"Upload-Concat": "final;" + " ".join(f"/uploads/tus/{n:032x}" for n in range(17))}, 400),
    ],
)
def test_s46_odd_headers(tus: Tus, headers: dict[str, str], status: int) -> None:
    sent = {name: value.encode().decode("latin1") for name, value in headers.items()}
    assert tus.client.post("/uploads/tus", headers=TUS | sent).status_code == status
    assert Upload.objects.count() == 0


def test_s36_a_name_is_only_words(tus: Tus, photo: bytes) -> None:
    tus.create(len(photo), photo, upload_metadata=_named("../../etc/\u202epasswd\0.jpg"))
    file = Attachment.objects.get()
    assert (file.name, kept.names()) == ("passwd\ufffd.jpg", [file.raw])


def test_s42_more_than_announced_is_refused_at_once(tus: Tus, photo: bytes) -> None:
    place = tus.create(100)["Location"]
    assert tus.patch(place, 0, photo[:101]).status_code == 413
    assert tus.head(place)["Upload-Offset"] == "0"


def test_s05_a_file_we_do_not_take_is_known_by_its_first_bytes(tus: Tus) -> None:
    place = tus.create(50_000_000)["Location"]
    refused = tus.patch(place, 0, b"<svg>" + bytes(5000))
    assert (refused.status_code, Upload.objects.count()) == (422, 0)
    assert refused.json()["error"].startswith("We do not take this kind of file.")


def test_s42_a_picture_of_50_mb_ends_with_its_first_bytes(tus: Tus, photo: bytes) -> None:
    place = tus.create(50_000_000)["Location"]
    refused = tus.patch(place, 0, photo + bytes(4096))
    assert (refused.status_code, refused.json()["error"]) == (
        422,
        "This picture has 47.7\xa0MB; at most 20.0\xa0MB fit.",
    )


def test_strangers_are_asked_to_sign_in(client: Client, alice: User, tus: Tus, photo: bytes) -> None:
    place = tus.create(len(photo))["Location"]
    stranger = Client()
    assert stranger.post("/uploads/tus", headers=TUS | {"Upload-Length": "5"}).status_code == 401
    assert stranger.patch(place, b"x", BYTES, headers=TUS | {"Upload-Offset": "0"}).status_code == 401
    assert stranger.post("/uploads/check?size=5", b"x", "text/plain").status_code == 401


def test_s29_a_token_is_needed(alice: User, photo: bytes) -> None:
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(alice)
    assert forged.post("/uploads/tus", headers=TUS | {"Upload-Length": "5"}).status_code == 403
    assert Upload.objects.count() == 0


def test_a_person_has_so_many_under_way(tus: Tus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.uploads.services.MOST_OPEN", 2)
    assert [tus.create(5).status_code for _again in range(3)] == [201, 201, 422]


def test_asking_first(tus: Tus, photo: bytes) -> None:
    def ask(size: int, head: bytes) -> HttpResponse:
        return tus.client.post(f"/uploads/check?size={size}", head, "application/octet-stream")

    Quota.objects.create(owner=_owner(), megabytes=5)
    assert ask(len(photo), photo[:4096]).status_code == 204
    assert (ask(6_000_000, photo[:4096]).status_code, ask(9, b"MZ\x90").status_code) == (413, 422)
    assert ask(0, b"").json() == {"error": "This file is empty."}


def _owner() -> User:
    return User.objects.get(username="alice")


def _tomorrow() -> Any:
    return timezone.now() + timedelta(days=1)


def waiting() -> list[str]:
    """What waits for its rest."""
    return [stored.name for stored in store.files("parts") if not stored.name.endswith("/lock")]


def work_off() -> None:
    """Delete what was left to the worker."""
    for task in DBTaskResult.objects.filter(task_path="media.tasks.delete_folder"):
        delete_folder.func(*task.args_kwargs["args"])
