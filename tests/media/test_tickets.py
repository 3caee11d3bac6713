"""Addresses of files that say for whom they are."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from media import tickets
from media.tickets import holder_of, with_ticket
from posts.models import Visibility
from tests import make


@pytest.fixture
def file(alice, bob):
    return make.post(alice, visibility=Visibility.FOLLOWERS, attachments=[make.image(alice)]).attachments.get()


def test_a_follower_s_ticket_opens_the_file_without_a_session(file, bob):
    assert Client().get(file.url()).status_code == 404
    response = Client().get(with_ticket(file.url(), file, bob.pk))
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, max-age=60")


def test_a_ticket_grants_nothing_that_its_holder_may_not_see(file, carol, bob):
    assert Client().get(with_ticket(file.url(), file, carol.pk)).status_code == 404
    mine = with_ticket(file.url(), file, bob.pk)
    bob.is_active = False
    bob.save()
    assert Client().get(mine).status_code == 404


def test_a_ticket_is_for_one_file_and_a_day_or_two(file, bob, alice, monkeypatch):
    ticket = with_ticket("", file, bob.pk).partition("=")[2]
    assert holder_of(ticket, file.key) == bob
    assert holder_of(ticket, make.image(alice).key) is None
    assert holder_of(ticket[:-1], file.key) is None
    monkeypatch.setattr(tickets, "_today", lambda: timezone.now().date() + timedelta(days=2))
    assert holder_of(ticket, file.key) is None
