"""The owner looks at apps, and removes one that does harm."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from api.oauth.models import Application
from api.oauth.services import issue_token, own_app
from api.oauth.tokens import token_of
from tests import make

LIST = "admin:api_application_changelist"


def test_an_app_that_does_harm_is_removed_with_all_it_was_allowed(alice, bob):
    bad, good = own_app("Bad"), own_app("Good")
    tokens = [issue_token(app, person, ["read"])[1] for app in (bad, good) for person in (alice, bob)]
    owner = Client()
    owner.force_login(make.owner())
    answer = owner.post(reverse(LIST), {"action": "remove", "_selected_action": [bad.pk]}, follow=True)
    assert "1 app was removed." in answer.content.decode()
    assert [token_of(raw) is not None for raw in tokens] == [False, False, True, True]


def test_moderators_do_not_see_who_uses_what(mod, alice):
    issue_token(own_app("App"), alice, ["read"])
    client = Client()
    client.force_login(mod)
    assert client.get(reverse(LIST)).status_code == 403
    client.post(reverse(LIST), {"action": "remove", "_selected_action": [own_app("App").pk]})
    assert Application.objects.exists()
