"""S39 and S40: small files that ask for much, and files that point elsewhere. Refused soon, and cheaply."""

import io
import socket
import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from media import sandbox
from media.models import Kind, State
from media.sandbox import REASONS
from media.services import process_file, receive_file
from media.services.receive import size_limit
from tests import kept
from tests.media import files
from tests.media.bombs import BOASTS, BOMBS
from tests.media.warm import warm

pytestmark = pytest.mark.any_database  # about what is in files

REFUSED_WITHIN = 2.0  # seconds of the processor
SHOWN_WITHIN = 8.0
MEMORY = 512  # MiB


@pytest.fixture(scope="module")
def child():
    """The throw-away process, without its long start: it says what it took."""
    with warm() as server:
        yield server


@pytest.fixture
def work(monkeypatch):
    """What lay in the working folder when the child had ended: bytes."""
    whole, found = sandbox.run, []

    def run(job, limits, source, folder, beat):
        try:
            return whole(job, limits, source, folder, beat)
        finally:
            found.append(sum(path.stat().st_size for path in folder.iterdir()))

    monkeypatch.setattr(sandbox, "run", run)
    return found


@pytest.mark.parametrize("name", BOMBS)
def test_s39_a_bomb_is_refused_with_a_sentence_and_leaves_nothing(bring, work, name):
    attachment = bring(BOMBS[name]())
    assert attachment.state == State.FAILED
    assert attachment.error in REASONS.values()
    assert (attachment.variants, kept.names()) == ({}, [])
    assert len(work) == 1
    assert work[0] <= 2 * size_limit(attachment.kind)


@pytest.mark.parametrize("name", [*BOMBS, *BOASTS])
def test_s39_it_takes_little_time_and_memory(child, name):
    outcome = child.outcome({**BOMBS, **BOASTS}[name]())
    assert outcome.said in (set(REASONS) if name in BOMBS else {*REASONS, *Kind.values})
    assert outcome.memory <= MEMORY
    assert outcome.seconds <= (REFUSED_WITHIN if outcome.said in REASONS else SHOWN_WITHIN)


POINTERS = {
    "hls": b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\n%s\n#EXT-X-ENDLIST\n",
    "concat": b"ffconcat version 1.0\nfile '%s'\n",
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n%s",
    "dash": b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><BaseURL>%s</BaseURL></MPD>",
}
COVERS = {
    "bare": b"",
    "avi": b"RIFF\x00\x00\x10\x00AVI LIST\x00\x00\x01\x00hdrl",
    "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomavc1",
    "mov": b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ",
    "mp3": b"ID3\x03\x00\x00\x00\x00\x00\x00",
    "ogg": b"OggS",
    "mkv": b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska",
}


@pytest.fixture
def trap():
    """A server that notes who calls."""
    callers = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    is_over = threading.Event()

    def listen():
        while not is_over.is_set():
            try:
                callers.append(server.accept())
            except TimeoutError:
                continue

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], callers
    is_over.set()
    thread.join()
    server.close()


@pytest.mark.parametrize("cover", COVERS)
@pytest.mark.parametrize("pointer", POINTERS)
def test_s40_a_playlist_is_not_followed(alice, settings, trap, tmp_path, cover, pointer):
    port, callers = trap
    canary = tmp_path / "canary.mp4"
    canary.write_bytes(files.film())
    for target in (b"http://127.0.0.1:%d/x.ts" % port, b"file://" + bytes(canary)):
        content = COVERS[cover] + POINTERS[pointer] % target
        try:
            attachment = receive_file(alice, SimpleUploadedFile("film.mp4", content))
        except ValidationError:
            continue
        process_file(attachment.pk)
        attachment.refresh_from_db()
        assert attachment.state == State.FAILED
    assert callers == []


def test_an_archive_with_a_picture_s_name_is_refused(alice):
    target = io.BytesIO()
    Image.new("RGB", (4, 4)).save(target, "PDF")
    for content in (b"PK\x03\x04" + bytes(100), b"Rar!\x1a\x07", b"\x1f\x8b\x08" + bytes(30), target.getvalue()):
        with pytest.raises(ValidationError, match="We do not take"):
            receive_file(alice, SimpleUploadedFile("cat.jpg", content))
