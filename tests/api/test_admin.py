"""Moderating from an app: who is told what, and days that no calendar has."""

from __future__ import annotations

import pytest

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
