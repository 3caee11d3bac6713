"""What goes wrong on the lane of programs is said in JSON, also where no endpoint has caught it."""

from __future__ import annotations

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.test import Client

from accounts.models import User


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError("database is locked"), 503), (ValueError("a fault"), 500)]
)
def test_a_fault_is_told_as_json(error: Exception, status: int, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("api.views.instance.described", fail)
    answer = Client(raise_request_exception=False).get("/api/v1/instance/extended_description")
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (status, "application/json")
    assert list(answer.json()) == ["error"]


def test_too_many_fields_and_files_are_refused_as_json(alice: User) -> None:
    many = {f"field{n}": "x" for n in range(1200)}
    answer = Client().post("/api/v1/apps", many)
    assert (answer.status_code, answer.json()) == (413, {"error": "That is more than may be sent at once"})


def test_a_body_beyond_all_bounds_is_refused_as_json(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RequestDataTooBig

    monkeypatch.setattr("api.parameters.read_pairs", fail)
    answer = Client().post("/api/v1/apps", "a=b", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["error"]) == (413, "That is more than may be sent at once")
