"""Posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, NotRequired, TypedDict

from django.db.models import QuerySet

from accounts.models import User
from api.entities.account import VISIBILITIES, Account, CustomEmoji, accounts_by_id
from api.entities.forms import address, outward, stamp, stamp_of, stamp_or_none
from api.entities.lists import Filter, filter_of
from api.entities.media import MediaAttachment, media_of
from api.entities.poll import Poll, poll_of
from core.prepared import Prepared, slotted
from posts import history
from posts.filters import FilterResult as Caught
from posts.filters import filter_results
from posts.models import Mention, Post, PostTag, QuotePolicy, Visibility


class StatusMention(TypedDict):
    """Somebody a post addresses."""

    id: str
    username: str
    url: str
    acct: str


class StatusTag(TypedDict):
    """A tag a post carries."""

    name: str
    url: str


QuoteState = Literal["accepted", "revoked", "unauthorized"]


class Quote(TypedDict):
    """What a post quotes, if the viewer may see it."""

    state: QuoteState
    quoted_status: Status | None


class ShallowQuote(TypedDict):
    """The same inside a quoted post: only which post it is."""

    state: QuoteState
    quoted_status_id: str | None


class QuoteApproval(TypedDict):
    """Who may quote a post."""

    automatic: list[str]
    manual: list[str]
    current_user: Literal["automatic", "manual", "denied", "unknown"]


class FilterResult(TypedDict):
    """Why a filter caught a post."""

    filter: Filter
    keyword_matches: list[str]
    status_matches: list[str]


class Status(TypedDict):
    """A post, a comment, or a share (then ``reblog`` is the post it shares)."""

    id: str
    uri: str
    url: str
    created_at: str
    edited_at: str | None
    account: Account
    content: str
    text: NotRequired[str]
    visibility: Literal["public", "unlisted", "private", "direct"]
    sensitive: bool
    spoiler_text: str
    media_attachments: list[MediaAttachment]
    mentions: list[StatusMention]
    tags: list[StatusTag]
    emojis: list[CustomEmoji]
    reblogs_count: int
    favourites_count: int
    replies_count: int
    quotes_count: int
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    reblog: Status | None
    poll: Poll | None
    card: None
    language: str | None
    quote: Quote | ShallowQuote | None
    quote_approval: QuoteApproval
    favourited: NotRequired[bool]
    reblogged: NotRequired[bool]
    muted: NotRequired[bool]
    bookmarked: NotRequired[bool]
    pinned: NotRequired[bool]
    filtered: NotRequired[list[FilterResult]]
    tagged_collections: list[Any]


class DeletedStatus(Status):
    """A post that was just deleted, with its source, to be written anew."""


class Context(TypedDict):
    """What stands above a post and below it."""

    ancestors: list[Status]
    descendants: list[Status]


class StatusSource(TypedDict):
    """A post as it was written."""

    id: str
    text: str
    spoiler_text: str


class StatusEdit(TypedDict):
    """One version of a post."""

    content: str
    spoiler_text: str
    sensitive: bool
    created_at: str
    account: Account
    poll: NotRequired[dict[str, list[dict[str, str]]]]
    media_attachments: list[MediaAttachment]
    emojis: list[CustomEmoji]
    quote: None


def statuses_of(posts: Sequence[Post], viewer: User | None) -> list[Status]:
    """Return posts that came from ``posts.display.get_cards`` as statuses; a fixed number of queries for all."""
    facts = gather(posts, viewer)
    return [_status(post, facts) for post in posts]


def status_of(post: Post, viewer: User | None) -> Status:
    """Return one post as a status."""
    return statuses_of([post], viewer)[0]


@dataclass(slots=True)
class Facts:
    """What is known about many posts at once."""

    viewer: User | None
    accounts: dict[int, Account]
    mentions: dict[int, list[StatusMention]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[int, list[StatusTag]] = field(default_factory=lambda: defaultdict(list))
    filtered: dict[int, list[FilterResult]] = field(default_factory=dict)
    followed: frozenset[int] = frozenset()
    """Whom the viewer follows among those who let only followers quote."""

    def holder_of(self, post: Post) -> int | None:
        """Return for whom the addresses of a post's files are; None where they are for everybody."""
        is_open = post.visibility in {Visibility.PUBLIC, Visibility.UNLISTED}
        return None if is_open or self.viewer is None else self.viewer.pk


def gather(posts: Sequence[Post], viewer: User | None) -> Facts:
    """Ask for all that statuses say beyond what cards show."""
    every = {one.pk: one for post in posts for one in _with_inner(post)}
    facts = Facts(viewer, accounts_by_id(post.author_id for post in every.values()))
    addressing = [pk for pk, post in every.items() if post.visibility == Visibility.DIRECT or "@" in post.text]
    for slots in slotted(addressing):
        for pk, person, username in _mentions(len(slots)).rows(*slots):
            url = address(f"/@{username}")
            facts.mentions[pk].append({"id": str(person), "username": username, "url": url, "acct": username})
    tagged = [pk for pk, post in every.items() if "#" in post.text]
    for slots in slotted(tagged):
        for pk, name, shown in _tags(len(slots)).rows(*slots):
            facts.tags[pk].append({"name": shown, "url": address(f"/tags/{name}")})
    choosy = {post.author_id for post in every.values() if post.quote_policy == QuotePolicy.FOLLOWERS}
    if viewer is not None and choosy:
        followed = viewer.following().filter(followee__in=choosy)
        facts.followed = frozenset(followed.values_list("followee", flat=True))
    if viewer is not None:
        facts.filtered = {pk: [_result(one) for one in found] for pk, found in filter_results(viewer, posts).items()}
    return facts


def _result(found: Caught) -> FilterResult:
    caught = filter_of(found.filter)
    if caught["filter_action"] == "blur":  # known to few clients; one of those that do not drops the whole page
        caught["filter_action"] = "warn"
    return {
        "filter": caught,
        "keyword_matches": list(found.keyword_matches),
        "status_matches": [str(pk) for pk in found.status_matches],
    }


def _with_inner(post: Post) -> list[Post]:
    """A post with the one it shares and those these quote."""
    found = [post] + ([post.share_of] if post.share_of_id and post.share_of else [])
    return found + [one.quote_of for one in found if one.quote_of_id and one.quote_of]


def _status(post: Post, facts: Facts, *, share: Post | None = None, is_quoted: bool = False) -> Status:
    """Return a post; of one inside of a ``share``, the share knows what the viewer did with it."""
    subject = post.share_of if post.share_of_id and post.share_of else post
    url = address(f"/@{facts.accounts[post.author_id]['username']}/{post.pk}")
    status: Status = {
        "id": str(post.pk),
        "uri": url,
        "url": url,
        "created_at": stamp_of(post.pk),
        "edited_at": stamp_or_none(subject.edited_at),
        "account": facts.accounts[post.author_id],
        "content": outward(subject.html),
        "visibility": VISIBILITIES[post.visibility],
        "sensitive": subject.is_sensitive or bool(subject.spoiler),
        "spoiler_text": subject.spoiler,
        "media_attachments": [media_of(file, facts.holder_of(subject)) for file in subject.files],
        "mentions": facts.mentions.get(subject.pk, []),
        "tags": facts.tags.get(subject.pk, []),
        "emojis": [],
        "reblogs_count": subject.shares_count,
        "favourites_count": subject.likes_count,
        "replies_count": subject.replies_count,
        "quotes_count": subject.quotes_count,
        "in_reply_to_id": str(post.reply_to_id) if post.reply_to_id else None,
        "in_reply_to_account_id": str(post.reply_to.author_id) if post.reply_to_id and post.reply_to else None,
        "reblog": _status(subject, facts, share=post) if subject is not post else None,
        "poll": poll_of(subject.poll, facts.viewer, subject.author_id) if subject.has_poll else None,
        "card": None,
        "language": subject.language or None,
        "quote": _quote(subject, facts, is_quoted=is_quoted),
        "quote_approval": _quote_approval(subject, facts),
        "tagged_collections": [],
    }
    if facts.viewer is not None:
        knows = share or post
        status["favourited"] = bool(getattr(knows, "liked", False))
        status["reblogged"] = bool(getattr(knows, "shared", False))
        status["bookmarked"] = bool(getattr(knows, "bookmarked", False))
        status["muted"] = bool(getattr(knows, "muted", False))
        status["filtered"] = facts.filtered.get(knows.pk, [])
        if subject.author_id == facts.viewer.pk:
            status["pinned"] = bool(getattr(knows, "pinned", False))
    return status


def _quote(post: Post, facts: Facts, *, is_quoted: bool) -> Quote | ShallowQuote | None:
    if post.quote_revoked_at:
        return {"state": "revoked", "quoted_status": None}
    if not post.quote_of_id:
        return None
    if is_quoted:
        return {"state": "accepted", "quoted_status_id": str(post.quote_of_id)}
    if post.quote_of is None:
        return {"state": "unauthorized", "quoted_status": None}
    return {"state": "accepted", "quoted_status": _status(post.quote_of, facts, is_quoted=True)}


def _quote_approval(post: Post, facts: Facts) -> QuoteApproval:
    viewer = facts.viewer
    is_open = post.visibility in {Visibility.PUBLIC, Visibility.UNLISTED}
    automatic: list[str] = _QUOTERS[QuotePolicy(post.quote_policy)] if is_open else []
    if viewer is None:
        return {"automatic": automatic, "manual": [], "current_user": "unknown"}
    follows = automatic == ["followers"] and post.author_id in facts.followed
    may = post.author_id == viewer.pk or automatic == ["public"] or follows
    return {"automatic": automatic, "manual": [], "current_user": "automatic" if may else "denied"}


_QUOTERS: dict[QuotePolicy, list[str]] = {
    QuotePolicy.EVERYBODY: ["public"],
    QuotePolicy.FOLLOWERS: ["followers"],
    QuotePolicy.NOBODY: [],
}


def edits_of(post: Post, viewer: User | None) -> list[StatusEdit]:
    """Return every version of a post, the first one first."""
    holder_id = None if viewer is None or post.visibility in {Visibility.PUBLIC, Visibility.UNLISTED} else viewer.pk
    account = accounts_by_id([post.author_id])[post.author_id]
    versions: list[StatusEdit] = []
    for edit in history.edits_of(post):
        version: StatusEdit = {
            "content": outward(edit.html),
            "spoiler_text": edit.spoiler,
            "sensitive": edit.is_sensitive,
            "created_at": stamp(edit.created),
            "account": account,
            "media_attachments": [media_of(file, holder_id) for file in edit.files],
            "emojis": [],
            "quote": None,
        }
        if edit.poll is not None:
            version["poll"] = {"options": [{"title": title} for title in edit.poll]}
        versions.append(version)
    return versions


@cache
def _mentions(size: int) -> Prepared:
    def build(*posts: int) -> QuerySet[Any, Any]:
        return Mention.objects.filter(post__in=posts).order_by("pk").values_list("post_id", "user_id", "user__username")

    return Prepared(build, size)


@cache
def _tags(size: int) -> Prepared:
    def build(*posts: int) -> QuerySet[Any, Any]:
        rows = PostTag.objects.filter(post__in=posts).order_by("pk")
        return rows.values_list("post_id", "tag__name", "tag__shown")

    return Prepared(build, size)
