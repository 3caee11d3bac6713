"""Fifty people at once (S50): counters equal rows, nobody waits for ever, nothing breaks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from accounts.models import User
from media.models import Attachment
from posts.models import DescriptionProposal, Post
from posts.services import propose
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


@pytest.mark.django_db(transaction=True)
def test_proposals_at_once_are_not_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(propose, "MOST_OPEN", 2)
    post, files = _undescribed()
    readers = [make.user(f"reader{n}").pk for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(partial(_propose, post=post, files=files, ready=Barrier(8)), readers))
    assert sorted(outcomes) == ["ValidationError"] * 6 + ["proposed"] * 2
    assert [DescriptionProposal.objects.filter(attachment=file).count() for file in files] == [2, 2]


@pytest.mark.django_db(transaction=True)
def test_one_who_proposes_again_and_one_who_answers_do_not_wait_for_ever() -> None:
    post, files = _undescribed()
    reader = make.user("reader").pk
    acts = [partial(_propose, reader, post, files[::-1]), partial(_answer, reader, post)] * 4
    for _ in range(3):
        _propose(reader, post, files)
        with ThreadPoolExecutor(8) as threads:
            outcomes = [act.result() for act in [threads.submit(act) for act in acts]]
        assert set(outcomes) == {"proposed", "answered"}


def _undescribed() -> tuple[int, list[int]]:
    """Return a post with two pictures that nobody has described, and those."""
    alice = make.user("alice")
    files = [make.image(alice), make.image(alice)]
    return make.post(alice, attachments=files).pk, [file.pk for file in files]


def _propose(person: int, post: int, files: list[int], ready: Barrier | None = None) -> str:
    try:
        actor, about = User.objects.get(pk=person), Post.objects.get(pk=post)
        if ready:  # connected, all of them
            ready.wait(timeout=20)
        propose.propose_descriptions(actor, about, dict.fromkeys(files, "A red door"))
    except Exception as error:
        return type(error).__name__
    finally:
        connections.close_all()
    return "proposed"


def _answer(proposer: int, post: int) -> str:
    try:
        propose.answer_descriptions(
            User.objects.get(username="alice"), Post.objects.get(pk=post), proposer, accepts=True
        )
    except Exception as error:
        return type(error).__name__
    finally:
        connections.close_all()
    return "answered"


def _publish(person: int, file: int, n: int) -> str:
    try:
        publish_post(User.objects.get(pk=person), text=f"Look {n}", attachments=[Attachment.objects.get(pk=file)])
    except Exception as error:
        return type(error).__name__
    finally:
        connections.close_all()
    return "published"
