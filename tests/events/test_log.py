"""Numbers without gaps, in the order of commits; facts and hints only after a commit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.dispatch import Signal
from django.utils import timezone

from accounts.models import User
from events import log
from events.log import announce, epoch, forget_old_events, heads, read_since, renew_epoch
from events.models import Epoch, Event, Stream

happened = Signal()


def tell(actor: User, *streams: str, kind: str = "test") -> None:
    with transaction.atomic():
        announce(happened, kind, actor=actor, about=actor, streams=streams)


def test_each_stream_counts_for_itself(alice: User) -> None:
    tell(alice, "a", "b")
    tell(alice, "a")
    assert heads(["a", "b", "c"]) == {"a": 2, "b": 1, "c": 0}
    assert [(event.n, event.object_id, event.actor_id) for event in read_since("a", 0)] == [
        (1, alice.pk, alice.pk),
        (2, alice.pk, alice.pk),
    ]


def test_what_is_rolled_back_leaves_no_gap(alice: User) -> None:
    tell(alice, "a")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        announce(happened, "test", actor=alice, about=alice, streams=["a"])
        raise ZeroDivisionError
    tell(alice, "a")
    assert [event.n for event in read_since("a", 0)] == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_facts_and_hints_come_after_the_commit(alice: User, monkeypatch: Any) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(log, "hint_listeners", [heard.append])

    def hear(sender: object, **fact: Any) -> None:
        heard.append((sender, fact["actor"], fact["about"]))

    happened.connect(hear)
    with transaction.atomic():
        announce(happened, "test", actor=alice, about=alice, streams=["b", "a", "a"])
        assert heard == []
    happened.disconnect(hear)
    assert heard == [[("a", 1), ("b", 1)], (User, alice, alice)]


@pytest.mark.django_db(transaction=True)
def test_one_transaction_hints_once(alice: User, monkeypatch: Any) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(log, "hint_listeners", [heard.append])
    with transaction.atomic():
        announce(None, "test", actor=alice, about=alice, streams=["b"])
        announce(None, "test", actor=alice, about=alice, streams=["c"])
    announce(None, "test", actor=alice, about=alice, streams=["d"])
    assert heard == [[("b", 1), ("c", 1)], [("d", 1)]]


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_fails_stops_nobody(alice: User) -> None:
    def fail(**_fact: Any) -> None:
        raise ZeroDivisionError

    happened.connect(fail)
    tell(alice, "a")
    happened.disconnect(fail)
    assert heads(["a"]) == {"a": 1}


def test_a_stream_costs_one_statement_or_two(alice: User, django_assert_num_queries: Any) -> None:
    tell(alice, "a")
    with transaction.atomic(), django_assert_num_queries(1 if connection.vendor == "postgresql" else 2):
        announce(None, "test", actor=alice, about=alice, streams=["a"])


def test_heads_of_very_many_streams(alice: User, monkeypatch: Any, django_assert_num_queries: Any) -> None:
    tell(alice, "s3")
    monkeypatch.setattr(log, "_AT_ONCE", 10)
    with django_assert_num_queries(3):
        found = heads(f"s{n}" for n in range(25))
    assert (len(found), found["s3"], sum(found.values())) == (25, 1, 1)


def test_pages_go_on_where_the_last_one_ended(alice: User) -> None:
    for _ in range(5):
        tell(alice, "a")
    assert [event.n for event in read_since("a", 1, 2)] == [2, 3]


def test_old_events_go_and_their_numbers_stay_taken(alice: User, monkeypatch: Any) -> None:
    for _ in range(5):
        tell(alice, "a")
    tell(alice, "old")
    Event.objects.filter(stream__name="old").update(created=timezone.now() - timedelta(days=8))
    monkeypatch.setattr(log, "KEPT_PER_STREAM", 3)
    assert forget_old_events() == 3
    assert ([event.n for event in read_since("a", 0)], heads(["old"])) == ([3, 4, 5], {"old": 1})
    assert Stream.objects.count() == 2


def test_a_history_has_one_name_until_it_is_restored(db: None) -> None:
    first = epoch()
    assert (epoch(), Epoch.objects.count()) == (first, 1)
    renewed = renew_epoch()
    assert (renewed != first, epoch(), Epoch.objects.count()) == (True, renewed, 1)
