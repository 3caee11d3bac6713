"""Factories: one line makes a person, a post, a file. They go through the services that the site itself uses."""

from __future__ import annotations

import io
import math
from array import array
from functools import cache
from pathlib import Path
from typing import Any

import av
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Follow, User
from accounts.services.ties import block_person, follow_person
from media import store
from media.models import Attachment, Kind, State
from posts.models import Post
from posts.services.publish import publish_post

PASSWORD = "correct horse battery"


def user(name: str, *, email: str | None = None, verified: bool = True, **fields: Any) -> User:
    """A person who may act: approved, with a confirmed mail address, and ``PASSWORD`` as password."""
    fields.setdefault("approved_at", timezone.now())
    address = f"{name}@example.org" if email is None else email
    person = User.objects.create_user(username=name, email=address, password=PASSWORD, **fields)
    if address:
        EmailAddress.objects.create(user=person, email=address, verified=verified, primary=True)
    return person


def moderator(name: str = "mod", **fields: Any) -> User:
    """A member of staff with every right over people, posts, files, reports and the log; no superuser."""
    person = user(name, is_staff=True, **fields)
    rooms = ["moderation", "posts", "accounts", "media", "notifications", "events"]
    person.user_permissions.set(Permission.objects.filter(content_type__app_label__in=rooms))
    return person


def owner(name: str = "owner", **fields: Any) -> User:
    """Who set the site up: staff and superuser."""
    return user(name, is_staff=True, is_superuser=True, **fields)


def follow(follower: User, followee: User) -> Follow:
    """``follower`` follows ``followee`` (who must not be locked)."""
    tie = follow_person(follower, followee)
    assert isinstance(tie, Follow)
    return tie


def block(blocker: User, blocked: User) -> None:
    """``blocker`` blocks ``blocked``."""
    block_person(blocker, blocked)


def post(author: User, text: str = "Good morning", **fields: Any) -> Post:
    """A published post."""
    return publish_post(author, text=text, **fields)


def comment(author: User, parent: Post, text: str = "I agree", **fields: Any) -> Post:
    """An answer to ``parent``, which may be a comment itself."""
    return publish_post(author, text=text, reply_to=parent, **fields)


def image(owner: User, **fields: Any) -> Attachment:
    """A picture that is ready to be shown."""
    measures = {"width": 64, "height": 48, "color": "#336699", "blurhash": "L5H2EC=PM+yV0g-mq.wG9c010J}I"}
    return _file(owner, Kind.IMAGE, "picture.png", "image/png", image_bytes(), measures | fields)


def video(owner: User, **fields: Any) -> Attachment:
    """A short film that is ready to be shown."""
    measures = {"width": 64, "height": 48, "duration": 1.0}
    return _file(owner, Kind.VIDEO, "film.mp4", "video/mp4", video_bytes(), measures | fields)


def audio(owner: User, **fields: Any) -> Attachment:
    """A short sound that is ready to be heard."""
    measures = {"duration": 1.0, "wave": [50] * 64}
    return _file(owner, Kind.AUDIO, "sound.mp3", "audio/mpeg", audio_bytes(), measures | fields)


def upload(
    name: str = "picture.png", content: bytes | None = None, content_type: str = "image/png"
) -> SimpleUploadedFile:
    """A file as a form hands it in."""
    return SimpleUploadedFile(name, image_bytes() if content is None else content, content_type)


@cache
def image_bytes(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    """A small picture with a slope of colours, so that renditions differ from one flat colour."""
    slope = Image.linear_gradient("L").resize(size)
    picture = Image.merge("RGB", (slope, slope.rotate(90).resize(size), slope.rotate(180).resize(size)))
    target = io.BytesIO()
    picture.save(target, kind)
    return target.getvalue()


@cache
def video_bytes(seconds: int = 1, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small H.264 film in MP4."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for n in range(10 * seconds):
            film.mux(stream.encode(av.VideoFrame.from_image(Image.new("RGB", size, (n * 20 % 256, 90, 160)))))
        film.mux(stream.encode())
    return target.getvalue()


@cache
def audio_bytes(seconds: int = 1, rate: int = 44_100, samples: int = 1152) -> bytes:
    """A small MP3 with a tone of 440 Hz."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp3") as sound:
        stream = sound.add_stream("libmp3lame", rate=rate, layout="mono", format="s16p")
        for n in range(seconds * rate // samples):
            tone = (math.sin((n * samples + i) * 440 * math.tau / rate) for i in range(samples))
            frame = av.AudioFrame(format="s16p", layout="mono", samples=samples)
            frame.sample_rate, frame.pts = rate, n * samples
            frame.planes[0].update(array("h", (int(value * 12_000) for value in tone)).tobytes())
            sound.mux(stream.encode(frame))
        sound.mux(stream.encode())
    return target.getvalue()


def _file(owner: User, kind: str, name: str, content_type: str, content: bytes, fields: dict[str, Any]) -> Attachment:
    row = Attachment(owner=owner, kind=kind, name=name, content_type=content_type, size=len(content), state=State.READY)
    stored = f"{row.folder}/original{Path(name).suffix}"
    store.put(ContentFile(content), stored)
    shape = {key: fields[key] for key in ("width", "height") if key in fields}
    row.variants = {"original": {"file": stored, "type": content_type, "bytes": len(content), **shape}}
    for key, value in fields.items():
        setattr(row, key, value)
    row.save(force_insert=True)
    return row
