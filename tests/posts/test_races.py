"""Fifty people at once (S50): counters equal rows, nobody waits for ever, nothing breaks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from accounts.models import User
from media.models import Attachment
from posts.models import Post
from posts.services.publish import publish_post
from tests import make
from tests.posts.race import race


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once() -> None:
    assert race() == []


@pytest.mark.django_db(transaction=True)
def test_a_file_sent_twice_at_once_is_in_one_post() -> None:
    alice = make.user("alice")
    file = make.image(alice)
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(partial(_publish, alice.pk, file.pk), range(8)))
    assert sorted(outcomes) == ["ValidationError"] * 7 + ["published"]
    assert Post.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_thrown_away_meanwhile_is_told_to_be_gone() -> None:
    alice = make.user("alice")
    file = make.image(alice)
    Attachment.objects.filter(pk=file.pk).delete()
    with pytest.raises(ValidationError):
        publish_post(alice, text="Look", attachments=[file])


def _publish(person: int, file: int, n: int) -> str:
    try:
        publish_post(User.objects.get(pk=person), text=f"Look {n}", attachments=[Attachment.objects.get(pk=file)])
    except Exception as error:
        return type(error).__name__
    finally:
        connections.close_all()
    return "published"
