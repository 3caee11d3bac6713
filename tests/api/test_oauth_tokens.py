"""From the text an app sends to what it may do."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from accounts.services.presence import active_people, note_presence
from api.oauth.models import AccessToken, digest
from api.oauth.services import issue_token, own_app
from api.oauth.tokens import still_in_force, token_of
from tests import make


def token_for(person: User | None, scopes: str = "read") -> tuple[AccessToken, str]:
    return issue_token(own_app("Script"), person, scopes.split())


def test_a_token_brings_its_person_and_its_app_in_one_query(alice, django_assert_num_queries):
    _, raw = token_for(alice, "read write")
    token_of(raw)
    with django_assert_num_queries(1):
        token = token_of(raw)
        assert (token.user, token.user.avatar, token.application.name) == (alice, None, "Script")
    assert token.granted == {"read", "write"}


def test_the_picture_comes_along(alice, django_assert_num_queries):
    alice.avatar = make.image(alice)
    alice.save()
    _, raw = token_for(alice)
    token_of(raw)
    with django_assert_num_queries(1):
        assert token_of(raw).user.avatar_url == alice.avatar_url


def test_the_text_is_not_kept(alice):
    token, raw = token_for(alice)
    assert AccessToken.objects.get().token_checksum == digest(raw)
    assert raw not in str(AccessToken.objects.filter(pk=token.pk).values().get())


def test_the_day_of_use_is_written_once(alice, django_assert_num_queries):
    token, raw = token_for(alice)
    note_presence(alice)
    with django_assert_num_queries(2):
        token_of(raw)
    with django_assert_num_queries(1):
        token_of(raw)
    token.refresh_from_db()
    assert token.last_used == timezone.now().date()


def test_who_uses_an_app_was_here(alice):
    for _ in range(2):
        token_of(token_for(alice)[1])
    alice.refresh_from_db()
    assert (alice.last_active, active_people(1)) == (timezone.now().date(), 1)


@pytest.mark.parametrize("raw", ["", "nonsense", "ä", "x" * 100_000, "\0"])
def test_what_is_no_token_is_nobody(raw, alice):
    token_for(alice)
    assert token_of(raw) is None


def test_a_token_that_has_run_out_is_nothing(alice):
    token, raw = token_for(alice)
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert token_of(raw) is None
    assert still_in_force([token.pk]) == set()


def test_an_app_of_its_own_has_no_person(db):
    _, raw = token_for(None)
    assert token_of(raw).user is None


def test_streams_ask_which_tokens_are_left(alice, bob):
    hers, his, own = (token_for(person)[0].pk for person in (alice, bob, None))
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert still_in_force([hers, his, own, 99]) == {hers, own}


def test_the_command_prints_a_token_that_works(alice):
    out = StringIO()
    call_command("create_token", "@Alice", scopes="read write follow push", stdout=out)
    token = token_of(out.getvalue().strip())
    assert (token.user, token.scope) == (alice, "read write follow push")


@pytest.mark.parametrize(("name", "scopes"), [("nobody", "read"), ("alice", "reed"), ("alice", "")])
def test_the_command_says_what_is_wrong(name, scopes, alice):
    with pytest.raises(CommandError):
        call_command("create_token", name, scopes=scopes)
    assert not AccessToken.objects.exists()
