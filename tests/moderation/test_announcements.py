"""What the house says to everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from moderation.models import Announcement, AnnouncementRead
from moderation.services.announcements import (
    banners,
    delete_announcement,
    dismiss_announcement,
    read_announcements,
    save_announcement,
)
from moderation.signals import announcement_published, announcement_withdrawn
from tests import make

pytestmark = pytest.mark.django_db


def say(text: str = "The site rests on *Sunday*.", **fields: object) -> Announcement:
    announcement = Announcement(text=text, **fields)
    save_announcement(announcement)
    return announcement


def test_what_is_said_now_is_read_newest_first(alice: User) -> None:
    now, hour = timezone.now(), timedelta(hours=1)
    first, second = say("First"), say("Second", starts_at=now - hour, ends_at=now + hour)
    say("Over", ends_at=now - hour)
    say("To come", starts_at=now + hour)
    say("A draft", is_published=False)
    assert read_announcements(alice) == read_announcements(None) == [second, first]
    assert (first.html, first.published_at is not None) == ("<p>First</p>", True)


def test_somebody_puts_it_away_for_themselves(alice: User, carol: User) -> None:
    announcement = say()
    for _ in range(2):
        dismiss_announcement(alice, announcement)
    assert [row.is_read for row in read_announcements(alice)] == [True]
    assert read_announcements(alice, with_read=False) == []
    assert [row.is_read for row in read_announcements(carol)] == [False]
    assert [row.is_read for row in read_announcements(None)] == [False]


def test_what_is_said_and_taken_back_is_announced(django_capture_on_commit_callbacks) -> None:
    heard: list[tuple[str, int]] = []

    def published(about: Announcement, **_: object) -> None:
        heard.append(("published", about.pk))

    def withdrawn(about: Announcement, **_: object) -> None:
        heard.append(("withdrawn", about.pk))

    announcement_published.connect(published)
    announcement_withdrawn.connect(withdrawn)
    with django_capture_on_commit_callbacks(execute=True):
        announcement = say()
        delete_announcement(announcement)
    announcement_published.disconnect(published)
    announcement_withdrawn.disconnect(withdrawn)
    assert heard == [("published", announcement.pk), ("withdrawn", announcement.pk)]


def test_the_owner_writes_it_in_the_admin(client: Client) -> None:
    client.force_login(make.owner())
    data = {"text": "Party on **Friday**", "is_published": "on", "starts_at_0": "", "starts_at_1": ""}
    assert client.post("/admin/moderation/announcement/add/", data).status_code == 302
    announcement = Announcement.objects.get()
    assert announcement.html == "<p>Party on <strong>Friday</strong></p>"
    assert client.post(f"/admin/moderation/announcement/{announcement.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Announcement.objects.exists()


def test_day_and_hour_are_chosen_in_one_field_and_shown_again(client: Client) -> None:
    client.force_login(make.owner())
    data = {"text": "Party", "starts_at": "2026-12-24T18:00", "ends_at": "2026-12-24T22:30"}
    assert client.post("/admin/moderation/announcement/add/", data).status_code == 302
    announcement = Announcement.objects.get()
    assert str(announcement.starts_at) == "2026-12-24 18:00:00+00:00"
    page = client.get(f"/admin/moderation/announcement/{announcement.pk}/change/").content.decode()
    assert 'type="datetime-local" name="ends_at" value="2026-12-24T22:30"' in page


def test_deleting_says_what_goes_along_and_takes_it_along(client: Client, alice: User) -> None:
    client.force_login(make.owner())
    announcement = say()
    page = f"/admin/moderation/announcement/{announcement.pk}/delete/"
    assert "With it goes" not in client.get(page).content.decode()
    dismiss_announcement(alice, announcement)
    assert "<li>Announcements put away: 1</li>" in client.get(page).content.decode()
    assert client.post(page, {"post": "yes"}).status_code == 302
    assert not Announcement.objects.exists()


def test_it_does_not_end_before_it_begins() -> None:
    now = timezone.now()
    with pytest.raises(ValidationError, match="It ends before it begins"):
        Announcement(text="Odd", starts_at=now, ends_at=now - timedelta(hours=1)).full_clean()


def test_moderators_without_the_right_do_not_speak_for_the_house(client: Client, mod: User) -> None:
    mod.user_permissions.clear()
    client.force_login(mod)
    assert client.get("/admin/moderation/announcement/add/").status_code == 403


def test_what_was_put_away_goes_with_the_person(alice: User) -> None:
    dismiss_announcement(alice, say())
    alice.delete()
    assert not AnnouncementRead.objects.exists()


def test_it_stands_above_the_timelines_until_it_is_put_away(client: Client, alice: User) -> None:
    announcement = say()
    cache.clear()
    assert "rests on <em>Sunday</em>" in client.get("/").content.decode()
    client.force_login(alice)
    assert "rests on <em>Sunday</em>" in client.get("/local").content.decode()
    address = f"/announcements/{announcement.pk}/dismiss"
    assert client.post(address, {}, headers={"HX-Request": "true"}).content == b""
    assert client.post(address, {"next": "/local"}).headers["Location"] == "/local"
    assert ["rests on" in client.get(path).content.decode() for path in ("/", "/local")] == [False, False]
    assert "rests on" in client.get("/announcements").content.decode()


def test_what_changes_is_read_at_once(client: Client, alice: User, django_capture_on_commit_callbacks) -> None:
    client.get("/")
    with django_capture_on_commit_callbacks(execute=True):
        announcement = say("Read this")
    assert "Read this" in client.get("/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        delete_announcement(announcement)
    assert "Read this" not in client.get("/").content.decode()


def test_what_is_not_said_now_cannot_be_put_away(client: Client, alice: User) -> None:
    draft = say(is_published=False)
    client.force_login(alice)
    assert client.post(f"/announcements/{draft.pk}/dismiss").status_code == 404
    client.logout()
    assert client.post(f"/announcements/{say().pk}/dismiss").status_code == 302
    assert not AnnouncementRead.objects.exists()


def test_nothing_said_costs_nothing(alice: User, django_assert_num_queries) -> None:
    banners(alice)
    with django_assert_num_queries(0):
        assert banners(alice) == []


@pytest.mark.parametrize("n", [1, 3])
def test_one_query_says_what_was_read(alice: User, n: int, django_assert_num_queries) -> None:
    for _ in range(n):
        say()
    cache.clear()
    banners(None)
    with django_assert_num_queries(1):
        assert len(banners(alice)) == n
