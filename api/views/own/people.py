"""People and talks beyond the dialect."""

from __future__ import annotations

from typing import TypedDict

from django.http import Http404

from api.answers import Paged
from api.endpoint import PUBLIC, Call, endpoint
from api.entities.forms import address
from api.entities.status import Status, statuses_of
from api.paging import Page20, paged, span_of
from api.views.common import get_person
from core.text import tag_name
from feeds import people
from feeds.lively import lively_talks
from feeds.timelines import read_profile
from posts.display import get_cards


class Talk(TypedDict):
    """A post that much is said about just now: its first words, and how many comments it got in three days."""

    headline: str
    recent_comments: int
    status: Status


class TagWebFeeds(TypedDict):
    """Addresses for feed readers, of what everybody says in public under a tag."""

    rss: str
    atom: str
    json: str


class WebFeeds(TagWebFeeds):
    """The same of what a person says in public; of their sounds as a podcast, where there are some."""

    podcast: str | None
    podcast_cover: str | None


@endpoint("GET", "api/polylog/v1/talks", "read:statuses", who=PUBLIC, gives=list[Talk])
def talks(call: Call) -> list[Talk]:
    """Posts that most was said about lately."""
    found = {talk.post.pk: talk for talk in lively_talks(call.viewer)}
    cards = get_cards(found, call.viewer)
    posts = [cards[pk] for pk in found if pk in cards]
    return [
        {"headline": found[post.pk].headline, "recent_comments": found[post.pk].recent, "status": status}
        for post, status in zip(posts, statuses_of(posts, call.viewer), strict=True)
    ]


@endpoint(
    "GET", "api/polylog/v1/accounts/<id:pk>/comments", "read:statuses", who=PUBLIC, takes=Page20, gives=list[Status]
)  # fmt: skip
def comments(call: Call, pk: int) -> Paged:
    """What somebody said below the posts of others, newest first."""
    person, span = get_person(pk, call.viewer), span_of(call.params)
    found = read_profile(person, call.viewer, "comments", span.cursor, span.limit).items
    posts = [post for post in found if span.holds(post.pk)]
    return paged(statuses_of(posts, call.viewer), [post.pk for post in posts], span)


@endpoint("GET", "api/polylog/v1/accounts/<id:pk>/web_feeds", "read:accounts", who=PUBLIC, gives=WebFeeds)
def feeds_of_person(call: Call, pk: int) -> WebFeeds:
    """Where feed readers find what somebody says in public."""
    page = get_person(pk, call.viewer).get_absolute_url()
    has_podcast = people.get_person(page.removeprefix("/@"), call.viewer).has_podcast  # type: ignore[attr-defined]
    return {
        **_forms(page),
        "podcast": address(f"{page}/podcast.rss") if has_podcast else None,
        "podcast_cover": address(f"{page}/podcast.jpg") if has_podcast else None,
    }


@endpoint("GET", "api/polylog/v1/tags/<str:name>/web_feeds", "read", who=PUBLIC, gives=TagWebFeeds)
def feeds_of_tag(call: Call, name: str) -> TagWebFeeds:
    """Where feed readers find what is said under a tag."""
    canonical = tag_name(name)
    if not canonical:
        raise Http404
    return _forms(f"/tags/{canonical}")


def _forms(page: str) -> TagWebFeeds:
    return {
        "rss": address(f"{page}/feed.rss"),
        "atom": address(f"{page}/feed.atom"),
        "json": address(f"{page}/feed.json"),
    }
