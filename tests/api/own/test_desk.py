"""Looking after the house over the API: its rules, its announcements, and who moderates."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Rule, User
from accounts.permissions import can_moderate
from moderation.models import Action, Announcement
from tests import make

OWN = "/api/polylog/v1/admin"


@pytest.fixture
def api(api_as: Any) -> Any:
    """An app of the owner's."""
    return api_as(make.owner())


def test_house_rules_are_written_changed_and_put_out_of_force(api: Any) -> None:
    kind = api("POST", f"{OWN}/rules", {"text": " Be kind ", "hint": "To everybody", "position": 2})
    first = api("POST", f"{OWN}/rules", {"text": "No adverts", "position": 1})
    assert (kind["text"], kind["is_in_force"]) == ("Be kind", True)
    assert [rule["id"] for rule in api("GET", f"{OWN}/rules")] == [first["id"], kind["id"]]
    changed = api("PATCH", f"{OWN}/rules/{first['id']}", {"is_in_force": False})
    assert (changed["text"], changed["is_in_force"]) == ("No adverts", False)
    assert [rule["text"] for rule in api("GET", "/api/v1/instance/rules")] == ["Be kind"]
    assert [rule["text"] for rule in api("GET", f"{OWN}/rules")] == ["No adverts", "Be kind"]
    log = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert log == ["Added.", "Added.", "Changed is_in_force."]


@pytest.mark.parametrize("said", [{}, {"text": " "}, {"text": "x" * 301}, {"text": "x", "position": -1}])
def test_what_is_no_rule_is_refused(api: Any, said: dict[str, Any]) -> None:
    assert api.ask("POST", f"{OWN}/rules", said).status_code in {400, 422}
    assert Rule.objects.count() == 0


def test_an_announcement_is_made_changed_and_deleted(api: Any, api_as: Any, alice: User) -> None:
    made = api("POST", f"{OWN}/announcements", {"text": "*Soup* at six", "ends_at": "2099-01-01T00:00:00Z"})
    assert (made["text"], made["is_published"], made["ends_at"]) == ("*Soup* at six", True, "2099-01-01T00:00:00.000Z")
    [seen] = api_as(alice)("GET", "/api/v1/announcements")
    assert seen["content"] == "<p><em>Soup</em> at six</p>"
    changed = api("PATCH", f"{OWN}/announcements/{made['id']}", {"is_published": False})
    assert (changed["text"], api_as(alice)("GET", "/api/v1/announcements")) == ("*Soup* at six", [])
    assert [one["id"] for one in api("GET", f"{OWN}/announcements")] == [made["id"]]
    api("DELETE", f"{OWN}/announcements/{made['id']}")
    assert Announcement.objects.count() == 0
    assert LogEntry.objects.count() == 3


def test_an_announcement_ends_after_it_begins(api: Any) -> None:
    said = {"text": "x", "starts_at": "2099-01-02T00:00:00Z", "ends_at": "2099-01-01T00:00:00Z"}
    assert "It ends before it begins." in api("POST", f"{OWN}/announcements", said, status=422)["error"]
    assert Announcement.objects.count() == 0


def test_the_owner_says_who_moderates(api: Any, alice: User) -> None:
    at = f"{OWN}/accounts/{alice.pk}/role"
    api("POST", at, {"role": "moderator", "text": "She knows everybody"})
    assert can_moderate(User.objects.get(pk=alice.pk)) is True
    assert "Done already." in api("POST", at, {"role": "moderator", "text": "Again"}, status=422)["error"]
    api("POST", at, {"role": "member", "text": "She asked for it"})
    assert can_moderate(User.objects.get(pk=alice.pk)) is False
    reasons = Action.objects.order_by("pk").values_list("reason", flat=True)
    assert list(reasons) == ["She knows everybody", "She asked for it"]
    api("POST", at, {"role": "moderator"}, status=400)


def test_nobody_else_does_any_of_it(api_as: Any, mod: User, alice: User, bob: User) -> None:
    mod.user_permissions.remove(*Permission.objects.filter(codename__in=["change_rule", "change_announcement"]))
    rule, said = Rule.objects.create(text="Be kind"), Announcement.objects.create(text="Soup")
    for person in (User.objects.get(pk=mod.pk), alice):
        ask = api_as(person)
        ask("GET", f"{OWN}/rules", status=403)
        ask("PATCH", f"{OWN}/rules/{rule.pk}", {"text": "Be rude"}, status=403)
        ask("DELETE", f"{OWN}/announcements/{said.pk}", status=403)
        ask("POST", f"{OWN}/accounts/{bob.pk}/role", {"role": "moderator", "text": "x"}, status=403)
    assert (Rule.objects.get().text, Announcement.objects.count()) == ("Be kind", 1)
    assert can_moderate(User.objects.get(pk=bob.pk)) is False


def test_what_is_not_there_is_not_found(api: Any) -> None:
    api("PATCH", f"{OWN}/rules/1", {"text": "x"}, status=404)
    api("DELETE", f"{OWN}/announcements/1", status=404)
    api("POST", f"{OWN}/accounts/1/role", {"role": "member", "text": "x"}, status=404)


@pytest.mark.parametrize("path", ["rules", "announcements"])
def test_a_list_takes_the_same_queries_for_one_and_for_three(api: Any, path: str) -> None:
    model: Any = Rule if path == "rules" else Announcement
    api("GET", f"{OWN}/{path}")  # what is asked once in a process
    counts = []
    for more in (1, 2):
        for number in range(more):
            model.objects.create(text=f"{more} {number}")
        with CaptureQueriesContext(connection) as asked:
            assert api("GET", f"{OWN}/{path}")
        counts.append(len(asked))
    assert counts[0] == counts[1]
