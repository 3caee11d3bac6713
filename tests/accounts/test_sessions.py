from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.backends import AuthenticationBackend, PasswordBackend, QuickBackend
from accounts.models import User
from accounts.sessions import SessionStore
from tests import make


def test_a_session_is_found_until_it_runs_out(alice: User) -> None:
    store = SessionStore()
    store["word"] = "river"
    store.save()
    assert SessionStore(store.session_key).get("word") == "river"
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    late = SessionStore(store.session_key)
    assert (late.get("word"), late.session_key) == (None, None)


def test_a_key_nobody_gave_out_is_not_taken_over(db: None) -> None:
    made_up = SessionStore("a" * 32)
    made_up["word"] = "river"
    made_up.save()
    assert made_up.session_key != "a" * 32


@pytest.mark.parametrize("backend", [PasswordBackend(), AuthenticationBackend()])
def test_the_person_of_a_session_comes_with_their_picture(
    alice: User, backend: QuickBackend, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice.avatar = make.image(alice)
    alice.save()
    with django_assert_num_queries(1):
        found = backend.get_user(str(alice.pk))
        assert found
        assert (found, found.avatar) == (alice, alice.avatar)


def test_a_suspended_person_is_nobody(alice: User, client: Client) -> None:
    client.force_login(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert PasswordBackend().get_user(alice.pk) is None
    assert client.get("/about").wsgi_request.user.is_anonymous
