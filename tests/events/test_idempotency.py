"""A create that arrives twice is done once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from events.idempotency import KEPT, claim, forget_old_keys, keys_of
from events.models import IdempotencyKey


def test_a_key_is_new_once(alice: User) -> None:
    first, second = claim(alice, "one"), claim(alice, "one")
    assert (first[1], second[1], first[0]) == (True, False, second[0])


def test_keys_belong_to_people(alice: User, bob: User) -> None:
    assert [claim(person, "one")[1] for person in (alice, bob)] == [True, True]


def test_work_that_fails_gives_its_key_back(alice: User) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        claim(alice, "one")
        raise RuntimeError
    assert claim(alice, "one")[1]


def test_old_keys_are_forgotten_and_young_ones_kept(alice: User) -> None:
    old, young = claim(alice, "old")[0], claim(alice, "young")[0]
    IdempotencyKey.objects.filter(pk=old.pk).update(created=timezone.now() - KEPT - timedelta(minutes=1))
    assert (forget_old_keys(), list(IdempotencyKey.objects.all())) == (1, [young])


def test_keys_are_told_for_what_their_owner_made(alice: User, bob: User) -> None:
    row = claim(alice, "one")[0]
    row.object_id = 17
    row.save()
    claim(bob, "two")
    assert keys_of({17: alice.pk}) == {17: "one"}
    assert keys_of({17: bob.pk}) == {}
