"""What two apps do at the same moment."""

from __future__ import annotations

import pytest
from django.test import Client

from api.oauth.models import AccessToken, Grant
from tests import make
from tests.accounts.conftest import together  # noqa: F401  (a fixture)
from tests.api.oauth import allow, code_of, exchange, register

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_code_taken_by_five_at_once_is_good_for_one(together):  # noqa: F811
    browser = Client()
    browser.force_login(make.user("alice"))
    app = register(Client(), uris="icecubesapp://")
    code = code_of(allow(browser, app))

    def take() -> int:
        return exchange(Client(), app, code).status_code

    def left() -> tuple[int, int]:
        return AccessToken.objects.count(), Grant.objects.count()

    *statuses, rows = together(*[take] * 5, then=left)
    assert sorted(statuses) == [200, 400, 400, 400, 400]
    assert rows == (1, 0)
