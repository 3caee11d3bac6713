"""Whether a person may act and be seen, and that what is ended is ended."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services import standing
from events.models import Event
from tests import make

HOME = "/settings/privacy"


def sign_in(person: User) -> Client:
    client = Client()
    answer = client.post("/accounts/login/", {"login": person.username, "password": make.PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.mark.parametrize("act", ["suspend", "leave", "end", "password", "command"])
def test_every_session_ends_at_once(alice: User, bob: User, mod: User, act: str, monkeypatch) -> None:
    client, other = sign_in(alice), sign_in(bob)
    assert client.get(HOME).status_code == 200
    if act == "suspend":
        standing.suspend_person(mod, alice)
    elif act == "leave":
        standing.begin_leaving(alice)
    elif act == "end":
        standing.end_access(alice)
    elif act == "password":
        alice.set_password("another long password")
        alice.save()
    else:
        asked = "django.contrib.auth.management.commands.changepassword.Command._get_pass"
        monkeypatch.setattr(asked, lambda *_args, **_kwargs: "another long password")
        call_command("changepassword", "alice")
    assert client.get(HOME).status_code == 302
    assert other.get(HOME).status_code == 200
    assert list(UserSession.objects.values_list("user__username")) == [("bob",)]
    assert list(Event.objects.filter(kind="revoked").values_list("stream__name", flat=True)) == [f"user:{alice.pk}"]


def test_a_session_without_a_row_of_its_own_ends_too(alice: User, client: Client) -> None:
    client.force_login(alice)
    assert client.get(HOME).status_code == 200
    User.objects.filter(pk=alice.pk).update(auth_epoch=1)
    assert client.get(HOME).status_code == 302


def test_saving_a_person_ends_nothing(alice: User) -> None:
    client = sign_in(alice)
    person = User.objects.get(pk=alice.pk)
    person.bio = "words"
    person.save()
    assert client.get(HOME).status_code == 200


def test_suspending_and_restoring(alice: User, mod: User) -> None:
    standing.suspend_person(mod, alice)
    standing.suspend_person(mod, alice)
    assert not User.objects.get(pk=alice.pk).is_active
    standing.restore_person(mod, alice)
    fresh = User.objects.get(pk=alice.pk)
    assert (fresh.is_active, fresh.suspended_at, fresh.limited_at) == (True, None, None)


def test_who_stays_while_suspended_stays_suspended(alice: User, mod: User) -> None:
    stale = User.objects.get(pk=alice.pk)
    standing.begin_leaving(alice)
    standing.suspend_person(mod, alice)
    standing.stay(stale)
    fresh = User.objects.get(pk=alice.pk)
    assert (fresh.is_active, fresh.leaving_at, bool(fresh.suspended_at)) == (False, None, True)


@pytest.mark.django_db(transaction=True)
def test_who_is_let_in_is_told_by_mail(mailoutbox, settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
    nora = make.user("nora", approved_at=None, is_active=False)
    standing.approve_person(None, nora)
    standing.approve_person(None, nora)
    assert User.objects.get(pk=nora.pk).is_active
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["nora@example.org"], "Polylog: come in")]
    assert f"{settings.SITE_URL}/accounts/login/" in mailoutbox[0].body


def test_who_is_not_wanted_is_gone_and_who_was_let_in_stays(alice: User, mod: User) -> None:
    nora = make.user("nora", approved_at=None, is_active=False)
    standing.reject_person(mod, nora)
    standing.reject_person(mod, alice)
    assert sorted(User.objects.values_list("username", flat=True)) == ["alice", "mod"]


def test_operators_from_the_command_line_are_let_in(db: None, monkeypatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", make.PASSWORD)
    call_command("createsuperuser", username="root", email="root@example.org", interactive=False)
    root = User.objects.get()
    assert (root.username, root.is_active, root.approved_at <= timezone.now()) == ("root", True, True)


def test_the_last_owner_is_neither_suspended_nor_sent_away(mod: User) -> None:
    owner = make.owner()
    for end in (lambda: standing.suspend_person(mod, owner), lambda: standing.begin_leaving(owner)):
        with pytest.raises(ValidationError):
            end()
    assert User.objects.get(pk=owner.pk).is_active
    make.owner("other")
    standing.suspend_person(mod, owner)
    assert not User.objects.get(pk=owner.pk).is_active
