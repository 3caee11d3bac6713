"""The published rules for podcasts, as a checker: what Apple's validator and the Podcast Index's would complain about.

Sources: Apple, "Podcaster's guide to RSS" and "Podcast artwork requirements"; RSS Advisory Board, RSS 2.0 and "RSS Best
Practices Profile"; Podcast Index, "podcast namespace, tags"; jsonChapters.md.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from lxml import etree
from PIL import Image

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"
# Apple Podcasts categories, and subcategories of two of them.
CATEGORIES: dict[str, set[str]] = {
    "Arts": {"Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"},
    "Society & Culture": {"Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"},
    "Business": set(), "Comedy": set(), "Education": set(), "Fiction": set(), "Government": set(), "History": set(),
    "Health & Fitness": set(), "Kids & Family": set(), "Leisure": set(), "Music": set(), "News": set(),
    "Religion & Spirituality": set(), "Science": set(), "Sports": set(), "Technology": set(), "True Crime": set(),
    "TV & Film": set(),
}  # fmt: skip
TYPES = {"m4a": "audio/x-m4a", "mp3": "audio/mpeg"}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?\Z")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def complaints(content: bytes, client: Client) -> list[str]:
    """Return what is wrong with a feed; ``client`` fetches what it points to."""
    try:
        root = etree.fromstring(content)
    except etree.XMLSyntaxError as error:
        return [f"xml: {error}"]
    if root.tag != "rss" or root.get("version") != "2.0" or len(root.findall("channel")) != 1:
        return ["rss: this is no RSS 2.0"]
    channel = root.find("channel")
    found = [*_show(channel, client)]
    for item in channel.findall("item"):
        found += _episode(item, client)
    guids = [item.findtext("guid") for item in channel.findall("item")]
    urls = [one.get("url") for one in channel.findall("item/enclosure")]
    found += ["guid: twice the same"] if len(set(guids)) != len(guids) else []
    found += ["enclosure: twice the same"] if len(set(urls)) != len(urls) else []
    return found


def _show(channel: Any, client: Client) -> Iterator[str]:
    for name in ("title", "link", "description", "language"):
        yield from _one_text(channel, name)
    for name in ("author", "explicit"):
        yield from _one_text(channel, f"{ITUNES}{name}")
    if not LANGUAGE.match(channel.findtext("language") or ""):
        yield "language: no ISO 639 code"
    if len((channel.findtext("description") or "").encode()) > 4000:
        yield "description: more than 4000 bytes"
    categories = channel.findall(f"{ITUNES}category")
    for category in categories:
        known = CATEGORIES.get(category.get("text"))
        if known is None or any(inner.get("text") not in known for inner in category):
            yield f"category: {category.get('text')} is none of Apple's"
    if not categories:
        yield "category: there is none"
    yield from _explicit(channel)
    yield from _image(channel, client, is_required=True)
    if channel.findtext(f"{ITUNES}type") not in {None, "episodic", "serial"}:
        yield "type: neither episodic nor serial"
    selves = [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if len(selves) != 1 or not _is_whole(selves[0]):
        yield "self: a feed names its own address once"
    for name in ("url", "title", "link"):
        if not channel.findtext(f"image/{name}"):
            yield f"image: {name} is missing"
    yield from _podcast_index(channel)


def _podcast_index(channel: Any) -> Iterator[str]:
    try:
        if uuid.UUID(channel.findtext(f"{PODCAST}guid") or "").version != 5:
            yield "podcast:guid: no UUID of version 5"
    except ValueError:
        yield "podcast:guid: no UUID"
    if channel.findtext(f"{PODCAST}locked") not in {"yes", "no"}:
        yield "podcast:locked: neither yes nor no"
    if channel.findtext(f"{PODCAST}medium") not in {"podcast", "music", "audiobook", None}:
        yield "podcast:medium: unknown"


def _episode(item: Any, client: Client) -> Iterator[str]:
    for name in ("title", "guid", "pubDate", f"{ITUNES}duration", f"{ITUNES}explicit"):
        yield from _one_text(item, name)
    try:
        parsedate_to_datetime(item.findtext("pubDate") or "")
    except ValueError:
        yield "pubDate: no date of RFC 2822"
    if not re.fullmatch(r"[1-9]\d*|(\d+:)?\d\d?:\d\d", item.findtext(f"{ITUNES}duration") or ""):
        yield "duration: no number of seconds"
    yield from _explicit(item)
    yield from _image(item, client, is_required=False)
    yield from _sound(item, client)
    yield from _chapters(item, client)


def _sound(item: Any, client: Client) -> Iterator[str]:
    enclosures = item.findall("enclosure")
    if len(enclosures) != 1:
        yield f"enclosure: {len(enclosures)} of one"
        return
    url, kind = enclosures[0].get("url") or "", enclosures[0].get("type")
    ending = urlsplit(url).path.rpartition(".")[2]
    if TYPES.get(ending) != kind:
        yield f"type: {kind} for .{ending}"
    answer = client.get(urlsplit(url).path)
    if not _is_whole(url) or answer.status_code != 200:
        yield f"enclosure: {url} is not to be had"
    elif (length := _length(answer)) != int(enclosures[0].get("length") or 0):
        yield f"length: {enclosures[0].get('length')} is said, {length} is true"


def _chapters(item: Any, client: Client) -> Iterator[str]:
    for chapters in item.findall(f"{PODCAST}chapters"):
        if chapters.get("type") not in {"application/json+chapters", "application/json"}:
            yield "chapters: type"
        said = json.loads(client.get(urlsplit(chapters.get("url")).path).content)
        starts = [chapter["startTime"] for chapter in said["chapters"]]
        if not said.get("version") or starts != sorted(set(starts)) or not all(c["title"] for c in said["chapters"]):
            yield "chapters: no order"


def _explicit(place: Any) -> Iterator[str]:
    if place.findtext(f"{ITUNES}explicit") not in {"true", "false"}:
        yield "explicit: neither true nor false"


def _image(place: Any, client: Client, *, is_required: bool) -> Iterator[str]:
    """Apple: a square JPEG or PNG in RGB of 1400 to 3000 pixels."""
    found = place.findall(f"{ITUNES}image")
    if len(found) > 1 or (is_required and not found):
        yield f"image: {len(found)} of one"
    for image in found:
        href = image.get("href") or ""
        answer = client.get(urlsplit(href).path)
        if not _is_whole(href) or answer.status_code != 200:
            yield f"image: {href} is not to be had"
            continue
        picture = Image.open(io.BytesIO(answer.content))
        width, height = picture.size
        if (
            picture.format not in {"JPEG", "PNG"}
            or picture.mode != "RGB"
            or width != height
            or not 1400 <= width <= 3000
        ):
            yield f"image: {picture.format} {picture.mode} {picture.size}"
        if urlsplit(href).path.rpartition(".")[2] not in {"jpg", "png"}:
            yield "image: its name does not end in .jpg or .png"


def _one_text(place: Any, name: str) -> Iterator[str]:
    found = place.findall(name)
    shown = name.rpartition("}")[2]
    if len(found) != 1:
        yield f"{shown}: {len(found)} of one"
    for element in found:
        text = element.text or ""
        if not text.strip() or text != text.strip() or CONTROL.search(text):
            yield f"{shown}: empty, or with space around it"


def _is_whole(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and url.isascii()


def _length(answer: Any) -> int:
    """The bytes that the server in front would send."""
    from tests import kept

    name = answer.headers["x-accel-redirect"].removeprefix("/_files/")
    return len(kept.content(name))
