"""A lease is kept while files are on their way, however long that takes."""

import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from media import lease, store
from media.lease import LeaseLost, kept
from media.models import Attachment, Conversion, State
from media.services import process_file, receive_file
from media.video.convert import make_qualities
from tests.media import files

PATIENCE = 30  # seconds; far more than it takes


@pytest.fixture(autouse=True)
def often(monkeypatch):
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.01)


def test_it_beats_while_the_block_runs_and_not_afterwards():
    twice, count = threading.Event(), []

    def beat():
        count.append(1)
        if len(count) >= 2:
            twice.set()

    with kept(beat):
        assert twice.wait(PATIENCE)
    before = len(count)
    assert "lease" not in {one.name for one in threading.enumerate()}
    assert len(count) == before


def test_a_database_that_is_away_for_a_moment_ends_nothing():
    again, count = threading.Event(), []

    def beat():
        count.append(1)
        if len(count) == 1:
            raise OSError("away")
        again.set()

    with kept(beat):
        assert again.wait(PATIENCE)


def test_a_lease_that_is_lost_ends_the_beating_only():
    lost, count = threading.Event(), []

    def beat():
        count.append(1)
        lost.set()
        raise LeaseLost

    with kept(beat):
        assert lost.wait(PATIENCE)
        for one in threading.enumerate():
            if one.name == "lease":
                one.join(PATIENCE)
    assert count == [1]


@pytest.fixture
def slow_place(monkeypatch):
    """A place where each file takes longer than the lease of whoever brings it: until it was renewed."""
    put, waited = store.put, []

    def over(rows):
        def slowly(content, name):
            ran_out = timezone.now() - timedelta(seconds=1)
            assert rows.update(due=ran_out) == 1
            for _ in range(100 * PATIENCE):
                if rows.filter(due__gt=timezone.now()).exists():
                    waited.append(name)
                    break
                threading.Event().wait(0.01)
            else:
                raise AssertionError(f"{name}: the lease was not renewed")
            put(content, name)

        monkeypatch.setattr(store, "put", slowly)
        return waited

    return over


@pytest.mark.django_db(transaction=True)
def test_what_takes_longer_than_a_lease_to_be_stored_stays_ours(alice, slow_place):
    film = receive_file(alice, SimpleUploadedFile("film.mp4", files.film(size=(64, 48), seconds=1)))
    waited = slow_place(Attachment.objects.filter(pk=film.pk))
    assert process_file(film.pk) is True
    assert len(waited) >= 2
    waited = slow_place(Conversion.objects.filter(pk=film.pk))
    assert make_qualities(film.pk) is True
    assert f"{film.folder}/hls.m3u8" in waited
    film.refresh_from_db()
    assert film.state == State.READY
