"""The lists of the admin lie in rooms by what somebody comes for, and what is seldom needed is folded away."""

from __future__ import annotations

from django.contrib import admin
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.site import current_site, forget_site
from moderation.rooms import ROOMS, rooms_of
from moderation.services.team import appoint_moderator
from tests import make


def lists_for(person: User, path: str = "/admin/") -> dict[str, list[str]]:
    request = RequestFactory().get(path)
    request.user = person
    return {room["key"]: [str(entry["name"]) for entry in room["models"]] for room in admin.site.get_app_list(request)}


def test_every_list_lies_in_one_room() -> None:
    placed = [label for _key, _name, near, far in ROOMS for label in f"{near} {far}".split()]
    assert len(placed) == len(set(placed))
    known = {model._meta.label_lower for model in admin.site._registry}
    assert set(placed) - known == set()
    assert known - set(placed) == {
        "events.epoch", "events.event", "events.idempotencykey", "events.stream", "notifications.pushkey",
        "notifications.pushsubscription", "feeds.marker", "posts.filterversion",
    }  # fmt: skip


def test_what_nobody_placed_is_folded_away_in_the_machine_room() -> None:
    entry = {"name": "New", "admin_url": "/admin/new/thing/"}
    assert rooms_of({"new.thing": entry}, "/admin/") == [
        {"key": "machine", "name": "Machine room", "models": [], "seldom": [entry], "is_open": False}
    ]
    assert rooms_of({"new.thing": entry}, "/admin/new/thing/1/change/")[0]["is_open"]


def test_moderators_find_what_they_decide_about(db: None) -> None:
    maria = make.user("maria")
    appoint_moderator(make.owner(), maria, reason="Trusted")
    assert lists_for(User.objects.get(pk=maria.pk)) == {
        "reports": ["Reports", "Moderation log"],
        "people": ["People"],
        "posts": ["Posts", "Tags"],
        "files": ["Files"],
    }


def test_the_owner_finds_six_rooms_and_plain_names(db: None) -> None:
    rooms = lists_for(make.owner())
    assert list(rooms) == ["reports", "people", "posts", "files", "doors", "machine"]
    assert rooms["machine"] == ["Background work", "Saved forms"]


def test_the_first_page_folds_and_asks_a_fixed_number_of_queries(
    db: None, client: Client, django_assert_num_queries
) -> None:
    client.force_login(make.owner())
    client.get("/admin/")
    forget_site()
    current_site()  # remembered for ten seconds
    with django_assert_num_queries(13):
        page = client.get("/admin/").content.decode()
    assert page.count("<details>") == 6
    assert client.get("/admin/events/").headers["Location"] == "/admin/"
    assert "<details open><summary>" in client.get("/admin/events/event/").content.decode()
