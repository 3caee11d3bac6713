"""The admin's list of films: why one was given up, and trying it again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django_tasks_db.models import DBTaskResult

from media.models import Conversion
from media.sandbox import GIVEN_UP
from tests import make

LIST = "admin:media_conversion_changelist"


@pytest.fixture
def given_up(alice):
    return Conversion.objects.create(attachment=make.video(alice), error=GIVEN_UP, failures=5)


def ask(client, *films):
    chosen = {"action": "try_again", "_selected_action": [str(film.pk) for film in films]}
    return client.post(reverse(LIST), chosen, follow=True).text


def test_the_list_says_why(client, given_up):
    client.force_login(make.owner())
    assert escape(GIVEN_UP) in client.get(reverse(LIST)).text
    assert escape(GIVEN_UP) in client.get(reverse("admin:media_conversion_change", args=[given_up.pk])).text


def test_a_film_is_tried_again(client, given_up):
    client.force_login(make.owner())
    assert "1 film is tried again." in ask(client, given_up)
    given_up.refresh_from_db()
    assert (given_up.error, given_up.failures, given_up.due > timezone.now()) == ("", 0, True)
    assert [task.args_kwargs["args"] for task in DBTaskResult.objects.all()] == [[given_up.pk]]


def test_what_somebody_is_at_goes_on(client, alice):
    client.force_login(make.owner())
    due = timezone.now() + timedelta(seconds=20)
    busy = Conversion.objects.create(attachment=make.video(alice), is_leased=True, begun=3, due=due)
    assert "0 films are tried again." in ask(client, busy)
    assert (Conversion.objects.get().is_leased, DBTaskResult.objects.count()) == (True, 0)


def test_nobody_else_has_it_tried(client, alice, given_up):
    client.force_login(alice)
    assert "tried again" not in ask(client, given_up)
    assert Conversion.objects.get().error == GIVEN_UP
