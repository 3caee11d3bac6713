"""A person's sounds as a podcast: RSS 2.0 with the words of Apple's and the Podcast Index's vocabularies.

Rules: https://podcasters.apple.com/support/823-podcast-requirements,
https://help.apple.com/itc/podcasts_connect/#/itcb54353390, https://podcasting2.org/podcast-namespace.
Every sound of a public post is an episode; a post with two has two.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from core.display import clock
from core.text import excerpt, plain_text
from feeds.models import PodcastCard
from feeds.webfeeds import EMPTY, absolute, changed_at, content, sound, title
from media.models import Attachment, Kind, State
from posts.models import Post, PostAttachment, Visibility

EPISODES = 300
SUMMARY_LENGTH = 3500  # characters; 4,000 bytes fit
JOURNAL: Final = ("Society & Culture", "Personal Journals")  # where nothing else was chosen
CHAPTERS_TYPE = "application/json+chapters"
# What enclosures may be, as podcast programs call it.
TYPES: Final = {"audio/mp4": "audio/x-m4a"}
# The Podcast Index's name space for podcast:guid, a UUID of version 5 of the feed's address without its scheme.
GUID_SPACE: Final = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")


@dataclass(frozen=True)
class Episode:
    """One sound of a post."""

    post: Post
    file: Attachment
    number: int = 1
    """Which sound of its post it is."""

    @property
    def variant(self) -> str:
        """The rendition that every program plays; the original where that made room for others."""
        return "aac" if "gone" not in self.file.variants.get("aac", {"gone": True}) else "original"

    @cached_property
    def stored(self) -> dict[str, Any]:
        """The file that is handed out."""
        found: dict[str, Any] = self.file.variants[self.variant]
        return found

    @property
    def suffix(self) -> str:
        """How the file's name ends: programs look at it."""
        return str(self.stored["file"]).rpartition(".")[2]

    @property
    def title(self) -> str:
        """What the post says first; sounds after the first are numbered."""
        words = title(self.post)
        return words if self.number == 1 else f"{words} ({self.number})"

    def path(self, ending: str) -> str:
        """Return the address of the sound, its chapters (``json``) or its cover (``jpg``)."""
        return f"{self.post.author.get_absolute_url()}/podcast/{self.file.pk}.{ending}"


@dataclass(frozen=True)
class Podcast:
    """A podcast before it is written down."""

    author: User
    title: str
    description: str
    language: str
    category: str = ""
    is_explicit: bool = False
    """Whether its author says so of all of it."""
    episodes: list[Episode] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where the feed is."""
        return f"{self.author.get_absolute_url()}/podcast.rss"

    @property
    def changed(self) -> datetime:
        """When an episode was last published or edited."""
        return max((changed_at(episode.post) for episode in self.episodes), default=EMPTY)

    @property
    def guid(self) -> str:
        """The name it keeps for ever."""
        return str(uuid.uuid5(GUID_SPACE, absolute(self.address).partition("://")[2]))


def sounds_for_everybody() -> QuerySet[PostAttachment]:
    """Return the places of sounds in public posts; no comments, and not what is still being prepared."""
    posts = Post.objects.visible_to(None).filter(visibility=Visibility.PUBLIC, reply_to=None, share_of=None)
    return PostAttachment.objects.filter(
        attachment__kind=Kind.AUDIO, attachment__state=State.READY, post__in=posts.order_by()
    )


def read_episodes(author: User) -> list[Episode]:
    """Return the episodes of a person, newest first; three queries."""
    found = sounds_for_everybody().filter(attachment__owner=author, post__author=author)
    rows = _whole(found).order_by("-post", "position")[:EPISODES]
    episodes: list[Episode] = []
    for row in rows:
        is_next = bool(episodes) and episodes[-1].post.pk == row.post_id
        episodes.append(Episode(row.post, row.attachment, episodes[-1].number + 1 if is_next else 1))
    return episodes


def find_episode(username: str, pk: int) -> Episode | None:
    """Return one episode of a person; ``None`` where the public may not hear it."""
    found = sounds_for_everybody().filter(attachment=pk, post__author__username=username.lower())
    row = _whole(found).first()
    return Episode(row.post, row.attachment) if row else None


def _whole(places: QuerySet[PostAttachment]) -> QuerySet[PostAttachment]:
    return places.select_related("post__author", "attachment").prefetch_related("post__post_attachments__attachment")


def to_chapters(episode: Episode) -> bytes:
    """Return the chapters as JSON (https://github.com/Podcastindex-org/podcast-namespace, jsonChapters.md)."""
    chapters = [{"startTime": chapter["start"], "title": chapter["title"]} for chapter in episode.file.chapters]
    return json.dumps({"version": "1.2.0", "chapters": chapters}, ensure_ascii=False, indent=1).encode()


def to_podcast(podcast: Podcast) -> bytes:
    """Return the feed."""
    made = _Podcast(
        title=sound(podcast.title),
        link=absolute(podcast.author.get_absolute_url()),
        description=sound(podcast.description),
        language=podcast.language,
        feed_url=absolute(podcast.address),
        podcast=podcast,
    )
    for episode in podcast.episodes:
        post = episode.post
        notes = show_notes(episode)
        made.add_item(
            title=episode.title,
            link=absolute(post.get_absolute_url()),
            description=excerpt(notes, SUMMARY_LENGTH),
            pubdate=post.created,
            unique_id=f"{absolute(post.get_absolute_url())}#{episode.file.pk}",
            unique_id_is_permalink=False,
            enclosures=[_enclosure(episode)],
            episode=episode,
            notes=notes,
        )
    return made.writeString("utf-8").encode()


def show_notes(episode: Episode) -> SafeString:
    """Return what the post says, what there is to hear, and the chapters with their times."""
    words = SafeString(content(episode.post))
    if episode.post.spoiler:
        return words
    if episode.file.description:
        words += format_html("<p>{}</p>", sound(episode.file.description))
    rows = ((clock(chapter["start"]), sound(chapter["title"])) for chapter in episode.file.chapters)
    chapters = format_html_join("", "<li>{} {}</li>", rows)
    return words + format_html("<ul>{}</ul>", chapters) if chapters else words


def _enclosure(episode: Episode) -> Enclosure:
    stored = episode.stored
    url = absolute(episode.path(episode.suffix))
    return Enclosure(url, str(stored["bytes"]), TYPES.get(stored["type"], stored["type"]))


def _is_explicit(episode: Episode) -> bool:
    return bool(episode.post.is_sensitive or episode.post.spoiler)


class _Podcast(Rss201rev2Feed):
    """RSS 2.0 with what podcast programs ask for."""

    def rss_attributes(self) -> dict[str, str]:
        """Name the vocabularies."""
        own = {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
            "xmlns:podcast": "https://podcastindex.org/namespace/1.0",
        }
        return {**super().rss_attributes(), **own}

    def latest_post_date(self) -> datetime:
        """Return when an episode changed: the same words are the same bytes."""
        changed: datetime = self.feed["podcast"].changed
        return changed

    def add_root_elements(self, handler: Any) -> None:
        """Add the show."""
        super().add_root_elements(handler)
        podcast: Podcast = self.feed["podcast"]
        cover, page = absolute(f"{podcast.author.get_absolute_url()}/podcast.jpg"), self.feed["link"]
        handler.startElement("image", {})
        for name, value in (("url", cover), ("title", self.feed["title"]), ("link", page)):
            handler.addQuickElement(name, value)
        handler.endElement("image")
        handler.addQuickElement("itunes:image", None, {"href": cover})
        handler.addQuickElement("itunes:author", sound(podcast.author.name))
        _add_categories(handler, (podcast.category,) if podcast.category else JOURNAL)
        is_explicit = podcast.is_explicit or any(map(_is_explicit, podcast.episodes))
        handler.addQuickElement("itunes:explicit", _word(is_explicit))
        handler.addQuickElement("itunes:type", "episodic")
        handler.addQuickElement("podcast:guid", podcast.guid)
        handler.addQuickElement("podcast:medium", "podcast")
        handler.addQuickElement("podcast:locked", "yes")  # nobody else may move it to their own host

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """Add what is said of an episode."""
        super().add_item_elements(handler, item)
        episode: Episode = item["episode"]
        handler.addQuickElement("content:encoded", item["notes"])
        handler.addQuickElement("itunes:title", item["title"])
        handler.addQuickElement("itunes:duration", str(max(1, round(episode.file.duration or 0))))
        is_explicit = self.feed["podcast"].is_explicit or _is_explicit(episode)
        handler.addQuickElement("itunes:explicit", _word(is_explicit))
        handler.addQuickElement("itunes:episodeType", "full")
        if "cover" in episode.file.variants:
            handler.addQuickElement("itunes:image", None, {"href": absolute(episode.path("jpg"))})
        if episode.file.chapters:
            address = {"url": absolute(episode.path("json")), "type": CHAPTERS_TYPE}
            handler.addQuickElement("podcast:chapters", None, address)


def _add_categories(handler: Any, names: tuple[str, ...]) -> None:
    """Add a category, and the one within it."""
    for name in names:
        handler.startElement("itunes:category", {"text": name})
    for _name in names:
        handler.endElement("itunes:category")


def _word(answer: bool) -> str:
    return "true" if answer else "false"


def podcast_of(author: User, site_name: str, site_language: str) -> Podcast:
    """Return a person's podcast as they describe it; what they left out is said of them. Four queries.

    What is said for them is in the language that is set when this is called: set that of ``language_of`` before.
    """
    card = card_of(author)
    described = plain_text(author.bio_html) or _("Sounds by %(name)s") % {"name": author.name}
    return Podcast(
        author=author,
        title=card.title or _("%(name)s on %(site)s") % {"name": author.name, "site": site_name},
        description=card.description or described,
        language=card.language or author.language or site_language,
        category=card.category,
        is_explicit=card.is_explicit,
        episodes=read_episodes(author),
    )


def card_of(author: User) -> PodcastCard:
    """Return what a person says about their podcast; an empty card, not stored, where that is nothing."""
    return PodcastCard.objects.filter(person=author).first() or PodcastCard(person=author)
