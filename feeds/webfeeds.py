"""RSS 2.0, Atom and JSON Feed of a person and of a tag: what everybody may read, for any feed reader.

Formats: https://www.rssboard.org/rss-specification, RFC 4287, https://www.jsonfeed.org/version/1.1/.
A post behind a content warning is announced by its warning alone: feed readers show everything at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from core.ids import moment_of
from core.text import excerpt, title_of
from media.models import Attachment, Kind, State
from posts.models import Post, PostTag

TITLE_LENGTH = 80
EMPTY = moment_of(0)

_not_xml = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_own_link = re.compile(r'(<a [^>]*?href=")/(?!/)')


@dataclass(frozen=True)
class WebFeed:
    """A feed before it takes a form: ``page`` is the page it belongs to, ``address`` its own, without an ending."""

    title: str
    description: str
    page: str
    address: str
    language: str
    posts: list[Post] = field(default_factory=list)
    tags: dict[int, list[str]] = field(default_factory=dict)
    icon: str = ""

    @property
    def changed(self) -> datetime:
        """When the newest word in it was written or edited."""
        return max((changed_at(post) for post in self.posts), default=EMPTY)


def changed_at(post: Post) -> datetime:
    """Return when a post was published, shared or last edited."""
    return max(post.created, post.subject.edited_at or EMPTY)


def absolute(path: str) -> str:
    """Return the whole address of a path of this site."""
    return settings.SITE_URL.rstrip("/") + path


def sound(text: str) -> str:
    """Return ``text`` without the characters that XML cannot hold."""
    return _not_xml.sub("", text)


# --- what an entry says ---------------------------------------------------------------------------------------------
def title(post: Post) -> str:
    """Return a headline: the warning, the first words, or who it is by."""
    subject = post.subject
    if subject.spoiler:
        words = _("Content warning: %(warning)s") % {"warning": subject.spoiler}
    else:
        words = title_of(subject.html, TITLE_LENGTH) or _("Post by %(name)s") % {"name": subject.author.name}
    if post.share_of_id:
        words = _("%(name)s shared: %(title)s") % {"name": post.author.name, "title": words}
    return sound(words)


def content(post: Post) -> str:
    """Return what the post says as HTML with whole addresses; behind a warning, the warning and the way there."""
    subject = post.subject
    if subject.spoiler:
        link = (absolute(subject.get_absolute_url()), _("Read it on the site"))
        return sound(format_html('<p>{}</p><p><a href="{}">{}</a></p>', subject.spoiler, *link))
    words = _own_link.sub(rf"\g<1>{absolute('/')}", subject.html)
    shown = (file for file in enclosures(post) if file.kind == Kind.IMAGE)
    pictures = ((absolute(file.url()), file.description) for file in shown)
    return sound(words + format_html_join("", '<p><img src="{}" alt="{}"></p>', pictures))


def enclosures(post: Post) -> list[Attachment]:
    """Return the files of a post that may be shown unasked."""
    subject = post.subject
    if subject.spoiler or subject.is_sensitive or not subject.attachments_count:
        return []
    return [file for file in subject.files if file.state == State.READY]


def tags_of(posts: list[Post]) -> dict[int, list[str]]:
    """Return the tags of each post by its id, in order of name; one query."""
    found: dict[int, list[str]] = {}
    rows = PostTag.objects.filter(post__in=[post.subject.pk for post in posts], tag__hidden_at=None)
    for pk, name in rows.order_by("tag__name").values_list("post", "tag__shown"):
        found.setdefault(pk, []).append(name)
    return found


# --- forms ----------------------------------------------------------------------------------------------------------
class _Steady(SyndicationFeed):
    """Says when its words last changed, not when it was asked: so the same words are the same bytes."""

    def latest_post_date(self) -> datetime:
        """Return when anything in it changed."""
        changed: datetime = self.feed["changed"]
        return changed


class _Rss(_Steady, Rss201rev2Feed):
    """RSS 2.0 with whole texts, and with every file: RSS itself has one enclosure for an item."""

    def rss_attributes(self) -> dict[str, str]:
        """Name the vocabularies."""
        own = {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
        }
        return {**super().rss_attributes(), **own}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Add the whole text, and the files as Media RSS."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])
        for file in item["files"]:
            handler.addQuickElement(
                "media:content", "", {"url": file.url, "fileSize": file.length, "type": file.mime_type}
            )


class _Atom(_Steady, Atom1Feed):
    """Atom with whole texts."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Add the whole text."""
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


def to_rss(feed: WebFeed) -> bytes:
    """Return the feed as RSS 2.0."""
    return _write(_Rss, feed, "rss", enclosed=1)


def to_atom(feed: WebFeed) -> bytes:
    """Return the feed as Atom (RFC 4287)."""
    return _write(_Atom, feed, "atom", enclosed=None)


def _write(form: type[_Steady], feed: WebFeed, ending: str, *, enclosed: int | None) -> bytes:
    made = form(
        title=sound(feed.title),
        link=absolute(feed.page),
        description=sound(feed.description),
        language=feed.language,
        feed_url=absolute(f"{feed.address}.{ending}"),
        feed_guid=absolute(f"{feed.address}.{ending}"),
        changed=feed.changed,
    )
    for post in feed.posts:
        author, files = post.subject.author, [Enclosure(*_sized(file)) for file in enclosures(post)]
        words = content(post)
        made.add_item(
            title=title(post),
            link=absolute(post.subject.get_absolute_url()),
            description=excerpt(words, 300),
            author_name=sound(author.name),
            author_link=absolute(author.get_absolute_url()),
            pubdate=post.created,
            updateddate=changed_at(post),
            unique_id=absolute(post.get_absolute_url()),
            unique_id_is_permalink=True,
            categories=feed.tags.get(post.subject.pk, []),
            enclosures=files[:enclosed],
            content=words,
            files=files,
        )
    return made.writeString("utf-8").encode()


def to_json(feed: WebFeed) -> bytes:
    """Return the feed as JSON Feed 1.1."""
    made = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "home_page_url": absolute(feed.page),
        "feed_url": absolute(f"{feed.address}.json"),
        "language": feed.language,
        "items": [_json_item(feed, post) for post in feed.posts],
    }
    if feed.icon:
        made["icon"] = absolute(feed.icon)
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


FORMS: dict[str, tuple[Callable[[WebFeed], bytes], str]] = {
    "rss": (to_rss, "application/rss+xml"),
    "atom": (to_atom, "application/atom+xml"),
    "json": (to_json, "application/feed+json"),
}


def _json_item(feed: WebFeed, post: Post) -> dict[str, Any]:
    author = post.subject.author
    item: dict[str, Any] = {
        "id": absolute(post.get_absolute_url()),
        "url": absolute(post.subject.get_absolute_url()),
        "title": title(post),
        "content_html": content(post),
        "date_published": post.created.isoformat(timespec="seconds"),
        "date_modified": changed_at(post).isoformat(timespec="seconds"),
        "authors": [{"name": author.name, "url": absolute(author.get_absolute_url())}],
        "tags": feed.tags.get(post.subject.pk, []),
    }
    if post.subject.language:
        item["language"] = post.subject.language
    if files := enclosures(post):
        item["attachments"] = [_json_file(file) for file in files]
    return item


def _json_file(file: Attachment) -> dict[str, Any]:
    url, size, mime = _sized(file)
    made: dict[str, Any] = {"url": url, "mime_type": mime, "size_in_bytes": int(size)}
    if file.description:
        made["title"] = file.description
    if file.duration:
        made["duration_in_seconds"] = round(file.duration, 1)
    return made


def _sized(file: Attachment) -> tuple[str, str, str]:
    """Return address, bytes and MIME type of what ``file.url()`` gives."""
    original = file.variants.get("original", {})
    size = original.get("bytes", file.size)
    return absolute(file.url()), str(size), original.get("type", file.content_type)
