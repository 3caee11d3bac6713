"""Moderating from an app: who is told what, and days that no calendar has."""

from __future__ import annotations

import pytest

from moderation.services.reports import report_person
from tests import make


def test_addresses_are_for_the_owner_alone(api_as, alice, mod):
    path, asked = "/api/v1/admin/accounts", {"email": "alice@example.org"}
    for person, told in ((mod, ""), (make.owner(), "alice@example.org")):
        ask = api_as(person)
        assert ask("GET", f"{path}/{alice.pk}")["email"] == told
        assert [one["username"] for one in ask("GET", path, asked)] == (["alice"] if told else [])


def test_addresses_in_reports_are_for_the_owner_alone(api_as, alice, bob, mod):
    api_as(bob)("POST", "/api/v1/reports", {"account_id": str(alice.pk)})
    for person, told in ((mod, {""}), (make.owner(), {"alice@example.org", "bob@example.org"})):
        (report,) = api_as(person)("GET", "/api/v1/admin/reports")
        assert {report["account"]["email"], report["target_account"]["email"]} == told


@pytest.mark.parametrize(
    ("start", "end"), [("0001-01-01", "2026-01-01"), ("9999-12-31", "0001-01-01"), ("0001-01-01", "9999-12-31")]
)
def test_spans_beyond_the_calendar_count_nothing_wrong(api_as, mod, start, end):
    asked = {"keys": ["new_users"], "start_at": start, "end_at": end}
    assert [one["key"] for one in api_as(mod)("POST", "/api/v1/admin/measures", asked)] == ["new_users"]


def test_who_moderates_no_longer_reads_no_old_reports(api_as, alice, bob, mod, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        report_person(bob, alice, category="spam", comment="She told me that...")
    api, listed = api_as(mod), ("/api/v1/notifications", "/api/v1/notifications/unread_count")
    (line,) = api("GET", listed[0])
    group = f"/api/v2/notifications/{line['group_key']}"
    assert line["report"]["comment"] == "She told me that..."
    assert api("GET", group)["notification_groups"][0]["report"] == line["report"]
    mod.user_permissions.clear()
    assert (api("GET", listed[0]), api("GET", listed[1])) == ([], {"count": 0})
    assert api("GET", "/api/v2/notifications") == {"accounts": [], "statuses": [], "notification_groups": []}
    for path in (f"/api/v1/notifications/{line['id']}", group):
        api("GET", path, status=404)
    assert api("GET", f"{group}/accounts") == []
