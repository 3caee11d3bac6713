"""The beginning of a film, to be watched while its first quality is still being made."""

import errno
import os
import re
from functools import cache
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from media import sandbox, store
from media.models import Attachment, Conversion, State
from media.services import process_file, receive_file
from media.signals import attachment_opened, attachment_processed
from media.video.opening import Opening
from media.work import video
from media.work.task import Refused
from tests import kept, make
from tests.media import files

FILM = {"size": (320, 240), "seconds": 20}
JOB = {"step": "draft", "reader": "mov", "purpose": "post", "limits": {}}


@cache
def film_of(codec):
    return files.film("mp4", codec, **FILM)


@pytest.fixture(scope="module")
def quality(tmp_path_factory):
    """A finished first quality of five segments, as bytes."""
    folder = tmp_path_factory.mktemp("quality")
    before = os.getcwd()  # noqa: PTH109
    os.chdir(folder)
    try:
        video.draft_film(BytesIO(film_of("libx264")), JOB)
    finally:
        os.chdir(before)
    return (folder / "v240.mp4").read_bytes()


@pytest.fixture
def at(tmp_path, quality):
    """The first quality as far as it is, and what is made of it."""
    folder, aside = tmp_path / "folder", tmp_path / "aside"
    folder.mkdir()
    aside.mkdir()
    film = Attachment(variants={})

    class At:
        begun = Opening(film, folder, aside)
        file, copy = folder / "v240.mp4", aside / "begun.mp4"

        def __call__(self, share):
            self.file.write_bytes(quality[: int(share * len(quality))])
            return self.begun.grown()

        def anew(self, variants):
            self.begun = Opening(Attachment(variants=variants), folder, aside)

    return At()


def seconds(text):
    return [float(said) for said in re.findall(r"#EXTINF:([\d.]+)", text)]


def test_before_there_is_a_file_there_is_nothing(at):
    assert at.begun.grown() is None


def test_two_segments_are_enough_and_each_copy_is_half_as_long_again(at, quality):
    lengths = []
    for share in range(1, 100):
        if at(share / 100) is not None:
            lengths.append(sum(seconds((at.copy.parent / "opening.m3u8").read_text())))
            assert quality.startswith(at.copy.read_bytes())
    assert lengths == [8.0, 12.0]


def test_its_playlist_begins_at_the_beginning_and_promises_more(at):
    made = at(0.99)
    text = (at.copy.parent / made.variants["opening"]["file"]).read_text()
    assert "#EXT-X-PLAYLIST-TYPE:EVENT" in text
    assert "#EXT-X-START:TIME-OFFSET=0" in text
    assert "ENDLIST" not in text
    assert set(re.findall(r"(\w+\.mp4)", text)) == {"begun.mp4"}


def test_nothing_ever_gets_shorter_than_what_another_worker_had_shown(at, quality):
    at.anew({"begun": {"segments": 4}})
    assert at(0.99) is None


@pytest.mark.parametrize("trick", ["link", "pipe", "folder", "noise"])
def test_whoever_writes_there_is_not_believed(at, tmp_path, quality, trick):
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(quality)
    if trick == "link":
        at.file.symlink_to(secret)
    elif trick == "pipe":
        os.mkfifo(at.file)
    elif trick == "folder":
        at.file.mkdir()
    else:
        at.file.write_bytes(b"\0\0\0\x10moof" * 1000)
    assert at.begun.grown() is None


# --- with the whole way ----------------------------------------------------------------------------------------------
@pytest.fixture
def told():
    heard = []

    def hear(sender, about, signal, **_kwargs):
        heard.append(("opened" if signal is attachment_opened else "processed", about.pk))

    for signal in (attachment_opened, attachment_processed):
        signal.connect(hear)
    yield heard
    for signal in (attachment_opened, attachment_processed):
        signal.disconnect(hear)


@pytest.fixture
def slowly(monkeypatch):
    """Let the first pass be looked at when two and three of its five segments are whole; then do what a test wants."""

    def watch(look, end=None):
        whole = sandbox.run

        def run(job, limits, source, folder, beat):
            made = whole(job, limits, source, folder, lambda: None)
            if job["step"] != "draft":
                return made
            file = folder / "v240.mp4"
            content = file.read_bytes()
            for share in (0.7, 0.9):
                file.write_bytes(content[: int(share * len(content))])
                beat()
                look()
            if end:
                raise end
            file.write_bytes(content)
            return made

        monkeypatch.setattr(sandbox, "run", run)

    return watch


@pytest.fixture
def bring_in(alice, django_capture_on_commit_callbacks):
    def bring(codec):
        with django_capture_on_commit_callbacks(execute=True):
            film = receive_file(alice, SimpleUploadedFile("film.mp4", film_of(codec)))
            post = make.post(alice, text="See", attachments=[film])
            process_file(film.pk)
        film.refresh_from_db()
        return film, post

    return bring


@pytest.mark.any_database
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_the_beginning_can_be_watched_while_the_rest_is_made(bring_in, work_on, slowly, told, client, codec):
    film, _post = bring_in(codec)
    state, seen = film.state, []

    def look():
        now = Attachment.objects.get(pk=film.pk)
        assert (now.state, now.is_growing, "hls" in now.variants) == (state, True, False)
        assert now.weight == sum({one["file"]: one["bytes"] for one in now.variants.values()}.values())
        answer = client.get(now.playlist)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "public, max-age=0")
        assert client.get(f"/media/{now.key}/begun.mp4?900")["Cache-Control"] == "public, max-age=60"
        seen.append(sum(seconds(kept.content(now.variants["opening"]["file"]).decode())))

    slowly(look)
    assert work_on(film) is True
    assert seen == [8.0, 12.0]
    assert (film.state, film.is_growing) == (State.READY, False)
    assert kept.names() == sorted({variant["file"] for variant in film.variants.values()})
    news = [what for what, _pk in told]
    assert news == (["processed"] if codec == "libx264" else ["opened", "processed"])


def test_who_watches_it_goes_on_with_the_finished_quality(bring_in, work_on, client):
    film, _post = bring_in("libx264")
    work_on(film)
    playlist, quality = (client.get(f"/media/{film.key}/{name}") for name in ("opening.m3u8", "begun.mp4"))
    assert playlist["X-Accel-Redirect"].split("?")[0].endswith("/l240.m3u8")
    assert quality["X-Accel-Redirect"].split("?")[0].endswith("/v240.mp4")
    assert quality["Cache-Control"] == playlist["Cache-Control"].replace("=0", "=60")


def test_its_page_has_a_player_and_says_that_there_will_be_more(bring_in, work_on, slowly, client):
    film, post = bring_in("libx265")
    pages = []
    slowly(lambda: pages.append(client.get(post.get_absolute_url()).content.decode()))
    work_on(film)
    assert f'data-hls="/media/{film.key}/opening.m3u8" data-growing' in pages[0]
    assert "Still being prepared." in pages[0]
    assert f'src="/media/{film.key}/original"' not in pages[0]
    assert "Still being prepared." not in client.get(post.get_absolute_url()).content.decode()


@pytest.mark.parametrize("file", ["begun.mp4", "opening.m3u8"])
def test_a_film_is_made_whole_also_where_its_beginning_cannot_be_stored(bring_in, work_on, slowly, monkeypatch, file):
    film, _post = bring_in("libx264")
    put = store.put

    def refuse(content, name):
        if name.endswith(file):
            raise OSError(errno.EIO, "Input/output error")
        put(content, name)

    monkeypatch.setattr(store, "put", refuse)
    slowly(lambda: None)
    assert work_on(film) is True
    assert "hls" in film.variants
    assert kept.names() == sorted({variant["file"] for variant in film.variants.values()})


def test_a_film_that_fails_in_the_end_leaves_nothing(bring_in, work_on, slowly):
    film, _post = bring_in("libx265")
    slowly(lambda: None, end=Refused("broken"))
    assert work_on(film) is False
    assert (film.state, film.variants, kept.names()) == (State.FAILED, {}, [])


def test_one_that_plays_as_it_was_brought_promises_no_more(bring_in, work_on, slowly):
    film, _post = bring_in("libx264")
    slowly(lambda: None, end=Refused("broken"))
    assert work_on(film) is False
    assert (film.state, film.is_growing, film.playlist) == (State.READY, False, "")
    assert Conversion.objects.get(pk=film.pk).error
    assert kept.names() == sorted({variant["file"] for variant in film.variants.values()})
