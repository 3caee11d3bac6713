"""The work on the qualities of a film: begun perhaps many times, done once."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from media import sandbox, store
from media.models import Attachment, Conversion, State
from media.sandbox import GIVEN_UP
from media.services import process_file, receive_file, recover_files
from media.signals import attachment_processed
from media.tasks import convert_film
from media.video import convert
from media.video.convert import make_qualities
from media.video.queue import request_conversion
from media.work.task import Refused
from tests import kept
from tests.media import files

FRAMES = {"frame1", "frame2", "frame3", "frame4", "frame5"}
SMALL = {"size": (480, 360), "seconds": 1}
PLAYED = lambda: files.film(**SMALL)  # noqa: E731
UNPLAYED = lambda: files.film("mp4", "libx265", **SMALL)  # noqa: E731


@pytest.fixture
def told():
    heard = []

    def hear(sender, about, **_kwargs):
        heard.append((about.pk, about.state))

    attachment_processed.connect(hear)
    yield heard
    attachment_processed.disconnect(hear)


@pytest.fixture
def bring_in(alice, django_capture_on_commit_callbacks):
    """A film whose first step is done."""

    def bring(content):
        with django_capture_on_commit_callbacks(execute=True):
            film = receive_file(alice, SimpleUploadedFile("film.mp4", content))
            process_file(film.pk)
        film.refresh_from_db()
        return film

    return bring


@pytest.fixture
def killed(monkeypatch):
    """Let the worker die in a step, as ``kill -9`` lets it: nothing is written any more."""

    class Killed(BaseException):
        pass

    def at(step):
        whole = sandbox.run

        def run(job, *args):
            if job["step"] == step:
                raise Killed
            return whole(job, *args)

        monkeypatch.setattr(sandbox, "run", run)
        return Killed

    return at


def overdue():
    Conversion.objects.update(due=timezone.now() - timedelta(seconds=1))


def test_a_film_that_browsers_play_is_ready_before_its_qualities(bring_in, told):
    film = bring_in(PLAYED())
    assert (film.state, set(film.variants)) == (State.READY, {"original", "poster", *FRAMES})
    assert told == [(film.pk, State.READY)]
    assert DBTaskResult.objects.get(queue_name="convert").args_kwargs["args"] == [film.pk]


def test_then_it_gets_them(bring_in, work_on, told):
    film = bring_in(PLAYED())
    original = film.variants["original"]
    assert work_on(film) is True
    assert set(film.variants) == {
        "original", "poster", *FRAMES, "film", "hls", "sheet", "board", "v240", "l240", "v360", "l360",
    }  # fmt: skip
    assert film.variants["original"] == original
    assert kept.names() == sorted({variant["file"] for variant in film.variants.values()})
    assert told == [(film.pk, State.READY)]
    assert Conversion.objects.count() == 0


def test_a_film_that_they_do_not_play_is_ready_with_its_first_quality(bring_in, killed, told):
    film = bring_in(UNPLAYED())
    assert (film.state, film.due, set(film.variants)) == (State.WAITING, None, {"poster", *FRAMES})
    assert process_file(film.pk) is False  # nothing is begun anew for it
    gone = killed("replace")
    with pytest.raises(gone):
        make_qualities(film.pk)
    film.refresh_from_db()
    assert (film.state, film.raw != "", "original" in film.variants) == (State.READY, True, False)
    assert film.url("film") == f"/media/{film.key}/draft"
    assert (film.width, film.height, round(film.duration)) == (480, 360, 1)


def test_in_the_end_its_best_quality_is_the_original(bring_in, work_on, told):
    film = bring_in(UNPLAYED())
    work_on(film)
    original = film.variants["original"]
    assert (film.raw, film.content_type, film.size) == ("", "video/mp4", original["bytes"])
    assert "draft" not in film.variants
    assert kept.names() == sorted({variant["file"] for variant in film.variants.values()})
    assert told == [(film.pk, State.READY)]


@pytest.mark.parametrize("content", [PLAYED, UNPLAYED])
@pytest.mark.parametrize("step", ["draft", "finish"])
def test_a_killed_worker_is_replaced_and_the_film_is_done_once(
    bring_in, work_on, told, monkeypatch, killed, content, step
):
    film = bring_in(content())
    step = "replace" if step == "finish" and content is UNPLAYED else step
    with monkeypatch.context() as patch:
        gone = killed(step)
        for _ in range(20):
            with pytest.raises(gone):
                make_qualities(film.pk)
            assert make_qualities(film.pk) is False  # its lease still holds
            overdue()
            assert recover_files() == 1
        patch.undo()
    monkeypatch.undo()
    assert work_on(film) is True
    assert (film.state, Conversion.objects.count()) == (State.READY, 0)
    assert kept.names() == sorted({variant["file"] for variant in film.variants.values()})
    assert [pk for pk, state in told] == [film.pk] * len(told)
    assert len(told) == 1 or content is UNPLAYED


def test_a_page_that_names_the_draft_gets_what_took_its_place(bring_in, work_on, client, alice):
    film = bring_in(PLAYED())
    draft = f"/media/{film.key}/draft"
    client.force_login(alice)
    assert client.get(draft).status_code == 404
    work_on(film)
    sent, asked = client.get(draft), client.get(f"/media/{film.key}/film")
    assert sent["X-Accel-Redirect"] == asked["X-Accel-Redirect"] == store.handed(film.variants["film"]["file"])


def test_what_was_finished_is_not_done_again(bring_in, work_on, monkeypatch):
    film = bring_in(PLAYED())
    steps, whole = [], sandbox.run

    def run(job, *args):
        steps.append(job["step"])
        if steps == ["draft", "finish"]:
            raise OSError(28, "No space left on device")
        return whole(job, *args)

    monkeypatch.setattr(sandbox, "run", run)
    assert work_on(film) is False
    assert Conversion.objects.get().failures == 0  # a full disk is no fault of the film
    assert work_on(film) is True
    assert steps == ["draft", "finish", "finish"]


def test_whoever_lost_the_lease_writes_nothing(bring_in, monkeypatch, work_on):
    film = bring_in(PLAYED())
    whole = sandbox.run

    def overtaken(*args):
        made = whole(*args)
        Conversion.objects.update(begun=7)
        return made

    monkeypatch.setattr(sandbox, "run", overtaken)
    assert work_on(film) is False
    assert "hls" not in film.variants


def test_a_film_that_is_deleted_meanwhile_leaves_nothing(bring_in, monkeypatch):
    film = bring_in(PLAYED())
    whole = sandbox.run

    def vanishing(*args):
        made = whole(*args)
        Attachment.objects.all().delete()
        store.remove(film.folder)
        return made

    monkeypatch.setattr(sandbox, "run", vanishing)
    assert make_qualities(film.pk) is False
    assert kept.names() == []


def test_after_five_failures_it_is_parked_and_plays_as_it_was_brought(bring_in, work_on, monkeypatch):
    film = bring_in(PLAYED())
    monkeypatch.setattr(sandbox, "run", lambda *args: (_ for _ in ()).throw(OSError(5, "Input/output error")))
    for _ in range(5):
        assert work_on(film) is False
    parked = Conversion.objects.get()
    assert (parked.error, parked.due, film.state) == (GIVEN_UP, None, State.READY)
    assert recover_files() == 0
    assert make_qualities(film.pk) is False


def test_a_parked_film_can_be_tried_again(bring_in, work_on, monkeypatch):
    film = bring_in(PLAYED())
    Conversion.objects.update(error=GIVEN_UP, due=None, failures=5)
    request_conversion(film)
    assert work_on(film) is True


def test_a_film_that_cannot_be_converted_fails_with_a_sentence(bring_in, work_on, monkeypatch, told):
    film = bring_in(UNPLAYED())
    monkeypatch.setattr(sandbox, "run", lambda *args: (_ for _ in ()).throw(Refused("too_slow")))
    assert work_on(film) is False
    assert (film.state, film.error, film.raw) == (State.FAILED, sandbox.REASONS["too_slow"], "")
    assert told == [(film.pk, State.FAILED)]
    assert (Conversion.objects.count(), kept.names()) == (0, [])


def test_a_child_that_was_taken_over_cannot_bring_a_playlist_of_its_own(bring_in, work_on, monkeypatch):
    film = bring_in(PLAYED())
    whole = sandbox.run

    def run(job, limits, source, folder, beat):
        made = whole(job, limits, source, folder, beat)
        (folder / "v240.mp4").write_bytes(b"#EXTM3U\nhttps://elsewhere.example/")
        return made

    monkeypatch.setattr(sandbox, "run", run)
    assert work_on(film) is False
    assert Conversion.objects.get().error == sandbox.REASONS["broken"]
    assert "hls" not in film.variants


def test_how_far_it_is_can_be_read(bring_in, tmp_path):
    film = bring_in(UNPLAYED())
    conversion = convert._take(film.pk)
    (tmp_path / "progress").write_text("37")
    convert._beat(conversion, tmp_path)
    assert Conversion.objects.get().percent == 37
    (tmp_path / "progress").write_text("<b>9000")
    convert._beat(conversion, tmp_path)
    assert Conversion.objects.get().percent == 37


def test_loops_and_pictures_have_no_qualities(bring):
    bring(files.moving("GIF"), "a.gif")
    bring(files.photo(), "a.jpg")
    assert Conversion.objects.count() == 0


def test_a_vanished_row_is_no_accident(db):
    convert_film.func(1)


def test_what_was_evicted_is_made_again(bring_in, work_on):
    film = bring_in(PLAYED())
    work_on(film)
    for name in ("hls", "v240", "l240", "v360", "l360", "film", "sheet", "board"):
        store.delete(film.variants[name]["file"])
        film.variants[name]["gone"] = True
    film.save()
    request_conversion(film)
    assert work_on(film) is True
    assert not any(variant.get("gone") for variant in film.variants.values())
    assert kept.names() == sorted({variant["file"] for variant in film.variants.values()})
