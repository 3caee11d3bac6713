"""Timelines."""

from __future__ import annotations

from api.answers import Paged
from api.endpoint import PUBLIC, Call, endpoint
from api.entities.status import Status
from api.fields import Flag, Limit
from api.paging import Page20, page_of, span_of, take
from api.views.common import page_of_posts
from feeds.timelines import home_ids, local_ids
from posts.models import Message


@endpoint("GET", "api/v1/timelines/home", "read:statuses", takes=Page20, gives=list[Status])
def home(call: Call) -> Paged:
    """Posts of the person and of those they follow, newest first."""
    span = span_of(call.params)
    ids = take(span, lambda cursor, count: home_ids(call.person, cursor, count))
    return page_of_posts(ids, call.person, span)


class PublicPage(Page20):  # type: ignore[misc, valid-type]
    """A page of what everybody here says in public."""

    limit = Limit(20, 40)
    local = Flag(help_text="Only posts of this site, which all are.")
    remote = Flag(help_text="Only posts of other sites, of which there are none.")
    only_media = Flag(help_text="Only posts with files.")


@endpoint("GET", "api/v1/timelines/public", "read:statuses", who=PUBLIC, takes=PublicPage, gives=list[Status])
def public(call: Call) -> Paged:
    """Public posts of everybody here, newest first."""
    span = span_of(call.params)
    if call.params.get("remote"):
        return Paged([])
    only_media = call.params.get("only_media", False)
    ids = take(span, lambda cursor, count: local_ids(call.viewer, cursor, count, only_media=only_media))
    return page_of_posts(ids, call.viewer, span)


@endpoint("GET", "api/v1/timelines/direct", "read:statuses", takes=Page20, gives=list[Status])
def direct(call: Call) -> Paged:
    """Posts for people mentioned that the person wrote or is mentioned in, newest first; conversations gather them."""
    span = span_of(call.params)
    messages = Message.objects.filter(conversation__sides__user=call.person)
    ids = [row.post_id for row in page_of(messages, span, "post")]
    return page_of_posts(ids, call.person, span)
