"""Files in parts over the API: the protocol is tested in tests/media, here who may use it by a token."""

from __future__ import annotations

import pytest

from api.oauth.services import issue_token
from community.parts import is_part
from media.models import Attachment, Upload
from tests import kept, make
from tests.api.conftest import Api
from tests.media import files

PLACE = "/api/polylog/v1/uploads/tus"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"


@pytest.fixture
def photo() -> bytes:
    return files.photo()


def send(api, method, place, body=b"", **headers):
    said = {**TUS, **{name.replace("_", "-"): value for name, value in headers.items()}, **api.headers}
    kind = BYTES if body else "text/plain"
    return api.client.generic(method, place, body, kind, headers=said)


def test_a_file_comes_in_parts_and_stands_in_a_post(api_as, alice, photo):
    api = api_as(alice, "write:media", "write:statuses")
    begun = send(api, "POST", PLACE, Upload_Length=str(len(photo)))
    place = begun["Location"]
    assert (begun.status_code, place.rpartition("/")[0]) == (201, PLACE)
    assert send(api, "PATCH", place, photo[:500], Upload_Offset="0")["Upload-Offset"] == "500"
    assert send(api, "HEAD", place)["Upload-Offset"] == "500"
    done = send(api, "PATCH", place, photo[500:], Upload_Offset="500")
    file = Attachment.objects.get()
    assert (done.status_code, done["Upload-Attachment"], kept.content(file.raw)) == (204, str(file.pk), photo)
    assert (file.owner, Upload.objects.count()) == (alice, 1)


def test_parts_side_by_side_are_joined_by_the_addresses_they_have_here(api_as, alice, photo):
    api, places = api_as(alice), []
    for part in (photo[:500], photo[500:]):
        made = send(api, "POST", PLACE, part, Upload_Length=str(len(part)), Upload_Concat="partial")
        places.append(made["Location"])
    joined = send(api, "POST", PLACE, Upload_Concat=f"final;{' '.join(places)}")
    assert (joined.status_code, kept.content(Attachment.objects.get().raw)) == (201, photo)
    assert send(api, "HEAD", joined["Location"])["Upload-Concat"] == f"final;{' '.join(places)}"


def test_an_upload_is_its_owners_alone_and_can_be_ended(api_as, alice, bob, photo):
    place = send(api_as(alice), "POST", PLACE, Upload_Length="50")["Location"]
    for method in ("HEAD", "PATCH", "DELETE"):
        assert (
            send(api_as(bob), method, place, b"x" if method == "PATCH" else b"", Upload_Offset="0").status_code == 404
        )
    assert send(api_as(alice), "DELETE", place).status_code == 204
    assert Upload.objects.count() == 0


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_a_token_of_a_person_with_the_scope_is_needed(api, api_as, alice, method):
    place = PLACE if method == "POST" else f"{PLACE}/{'a' * 32}"
    answers = [send(one, method, place, Upload_Length="5") for one in (api, api_as(alice, "read"), api_as(None))]
    assert [answer.status_code for answer in answers] == [401, 403, 422]
    assert send(api_as(alice), method, place.rstrip("/"), Upload_Length="5").status_code in {201, 404, 415}


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_a_token_that_waits_says_nothing_of_who_is_behind_it(app, alice, method):
    pending = make.user("nora", approved_at=None, is_active=False)
    place = PLACE if method == "POST" else f"{PLACE}/{'a' * 32}"
    people = (None, alice, pending)
    waiting = [Api(issue_token(app, person, ["write"], waits=True)[1]) for person in people]
    answers = [send(one, method, place, Upload_Length="5") for one in waiting]
    unconfirmed = b"" if method == "HEAD" else b'{"error":"Your login is missing a confirmed e-mail address"}'
    assert [(one.status_code, one.content) for one in answers] == [(403, unconfirmed)] * 3


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_who_waits_to_be_let_in_uploads_nothing(api_as, method):
    pending = make.user("nora", approved_at=None, is_active=False)
    place = PLACE if method == "POST" else f"{PLACE}/{'a' * 32}"
    assert send(api_as(pending), method, place, Upload_Length="5").status_code == 403


def test_a_session_is_no_token(client, alice):
    client.force_login(alice)
    assert client.post(PLACE, headers=TUS | {"Upload-Length": "5"}).status_code == 401


def test_the_server_lets_a_body_through_here_too():
    scope = {"path": f"{PLACE}/{'a' * 32}", "headers": [(b"content-type", BYTES.encode())]}
    assert is_part(scope)
    assert not is_part({**scope, "path": "/api/v1/media"})


@pytest.mark.parametrize(
    ("sent", "status"), [({}, 400), ({"Upload_Length": "x"}, 400), ({"Upload_Length": str(2**62)}, 400)]
)
def test_what_the_protocol_does_not_allow_is_refused_in_its_words(api_as, alice, sent, status):
    answer = send(api_as(alice), "POST", PLACE, **sent)
    assert (answer.status_code, set(answer.json())) == (status, {"error"})
