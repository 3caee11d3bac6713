"""How much a person and the site may keep: said before, held during, and what to do about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from accounts.models import User
from media import store
from media.models import Attachment, Conversion, Quota, StorageRules, Upload
from media.sandbox import GIVEN_UP
from media.services import receive_file
from media.uploads import services
from media.uploads.protocol import Wish
from media.uploads.quota import MB, QuotaExceeded, Room, require_room, room_of
from media.uploads.services import begin_upload, forget_expired
from tests import make


def test_what_counts(alice: User, settings: Settings) -> None:
    settings.QUOTA_PERSON_MB = 10
    make.image(alice, size=3 * MB)
    begin_upload(alice, Wish(2 * MB, "film.mp4"))
    begin_upload(alice, Wish(1 * MB, is_partial=True))
    assert room_of(alice) == Room(6 * MB, 10 * MB)
    assert (room_of(alice).left, room_of(alice).percent, room_of(alice).is_tight) == (4 * MB, 60, False)


def test_a_person_is_told_what_to_do(alice: User, settings: Settings) -> None:
    settings.QUOTA_PERSON_MB = 10
    make.image(alice, size=9 * MB)
    with pytest.raises(QuotaExceeded) as refused:
        begin_upload(alice, Wish(2 * MB))
    assert refused.value.messages == [
        "This file has 2.0\xa0MB, and you have 1.0\xa0MB left of 10.0\xa0MB. "
        "Delete posts with large files, or ask the moderators for more room."
    ]
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    ("own", "rules", "configured", "limit"),
    [
        ("none", None, 10, 10 * MB),
        ("none", 20, 10, 20 * MB),
        ("none", None, 0, None),
        (5, 20, 10, 5 * MB),
        (None, 20, 10, None),
    ],
)
def test_whose_word_counts(
    alice: User, settings: Settings, own: int | str | None, rules: int | None, configured: int, limit: int | None
) -> None:
    settings.QUOTA_PERSON_MB = configured
    StorageRules.objects.create(person_mb=rules)
    if own != "none":
        Quota.objects.create(owner=alice, megabytes=own)
    assert room_of(alice).limit == limit


def test_the_site_has_a_share_too(alice: User, bob: User, settings: Settings) -> None:
    settings.QUOTA_SITE_MB = 10
    Attachment.objects.filter(pk=make.image(bob).pk).update(weight=9 * MB)
    with pytest.raises(QuotaExceeded) as refused:
        require_room(alice, 2 * MB)
    assert refused.value.is_of_site
    require_room(alice, MB // 2)


def test_parts_together_are_held_to_it(alice: User, settings: Settings) -> None:
    settings.QUOTA_PERSON_MB = 10
    for _part in range(3):
        begin_upload(alice, Wish(3 * MB, is_partial=True))
    with pytest.raises(QuotaExceeded):
        begin_upload(alice, Wish(3 * MB, is_partial=True))


def test_a_form_is_held_to_it_as_well(alice: User, settings: Settings) -> None:
    Quota.objects.create(owner=alice, megabytes=0)
    with pytest.raises(QuotaExceeded):
        receive_file(alice, make.upload())


def test_t17_a_full_disk_is_said_at_the_beginning(client: Client, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(alice)
    monkeypatch.setattr(store, "has_room", lambda size: False)
    answer = client.post("/uploads/tus", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "5"})
    assert (answer.status_code, answer.json()) == (
        507, {"error": "There is no room for this file at the moment. Please try again later."}
    )  # fmt: skip


def test_uploads_nobody_goes_on_with_are_forgotten(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = begin_upload(alice, Wish(5)), begin_upload(alice, Wish(5))
    Upload.objects.filter(pk=old.pk).update(expires=timezone.now() - timedelta(minutes=1))
    assert forget_expired() == 1
    assert list(Upload.objects.all()) == [new]


def test_a_file_of_an_upload_stays_when_the_upload_is_forgotten(alice: User) -> None:
    file = make.image(alice)
    Upload.objects.create(owner=alice, key="a" * 32, length=5, attachment=file, expires=timezone.now())
    assert forget_expired() == 1
    assert list(Attachment.objects.all()) == [file]


def test_the_storage_page(client: Client, alice: User, settings: Settings) -> None:
    settings.QUOTA_PERSON_MB = 10
    client.force_login(alice)
    in_post, free = make.image(alice, size=4 * MB, name="in.png"), make.image(alice, size=2 * MB, name="free.png")
    make.post(alice, attachments=[in_post])
    upload = begin_upload(alice, Wish(3 * MB, "film.mp4"))
    page = client.get("/settings/storage").content.decode()
    assert "They take 9.0\xa0MB of 10.0\xa0MB; 1.0\xa0MB are left." in page
    assert [name in page for name in ("in.png", "free.png", "film.mp4")] == [True, True, True]
    client.post("/settings/storage", {"end": [upload.key]})
    client.post("/settings/storage", {"discard": str(free.pk)})
    for other in (str(in_post.pk), "9" * 19, "9" * 5000):
        assert client.post("/settings/storage", {"discard": other}).status_code == 404
    assert (list(Attachment.objects.all()), Upload.objects.count()) == ([in_post], 0)


def test_where_the_site_s_limit_is_nearer_its_members_see_that(client: Client, alice: User, settings: Settings) -> None:
    client.force_login(alice)
    settings.QUOTA_SITE_MB, settings.QUOTA_PERSON_MB = 10, 8
    make.image(alice, size=1 * MB, weight=2 * MB)
    pages = ("/settings/storage", "/compose")
    assert ["The whole site" in client.get(page).text for page in pages] == [False, False]
    settings.QUOTA_PERSON_MB = 20
    for page in pages:
        assert "The whole site has room for 8.0\xa0MB more." in client.get(page).text
    settings.QUOTA_PERSON_MB = 0
    assert "The whole site has room for 8.0\xa0MB more." in client.get("/settings/storage").text


def test_a_film_that_was_given_up_says_why_and_can_be_tried_again(client: Client, alice: User, bob: User) -> None:
    for owner, name in ((alice, "mine.mp4"), (bob, "theirs.mp4")):
        Conversion.objects.create(attachment=make.video(owner, name=name), error=GIVEN_UP, failures=5)
    mine, theirs = Conversion.objects.order_by("pk")
    client.force_login(alice)
    page = client.get("/settings/storage").text
    assert (page.count(escape(GIVEN_UP)), "mine.mp4" in page, "theirs.mp4" in page) == (1, True, False)
    assert client.post("/settings/storage", {"again": str(theirs.pk)}).status_code == 404
    assert client.post("/settings/storage", {"again": str(mine.pk)}).status_code == 302
    assert set(Conversion.objects.values_list("pk", "error")) == {(mine.pk, ""), (theirs.pk, GIVEN_UP)}
    assert [task.args_kwargs["args"] for task in DBTaskResult.objects.all()] == [[mine.pk]]
    assert escape(GIVEN_UP) not in client.get("/settings/storage").text


@pytest.mark.parametrize("size", [1, 3])
def test_the_storage_page_asks_as_often_for_many_files(
    client: Client, alice: User, size: int, django_assert_num_queries
) -> None:
    client.force_login(alice)
    for _again in range(size):
        make.post(alice, attachments=[make.image(alice), film := make.video(alice)])
        Conversion.objects.create(attachment=film, error=GIVEN_UP)
        begin_upload(alice, Wish(5))
    client.get("/settings/storage")
    with django_assert_num_queries(12):
        client.get("/settings/storage")


def test_s13_others_uploads_are_not_ended(client: Client, alice: User, bob: User) -> None:
    theirs = begin_upload(bob, Wish(5))
    client.force_login(alice)
    assert client.post("/settings/storage", {"end": theirs.key}).status_code == 404
    assert client.get(f"/uploads/{make.image(bob).pk}").status_code == 404
    assert client.get(f"/uploads/{make.image(bob).pk}/state").status_code == 404


def test_nothing_is_written_for_an_empty_file(alice: User) -> None:
    with pytest.raises(ValidationError, match="This file is empty"):
        services.begin_upload(alice, Wish(0))
