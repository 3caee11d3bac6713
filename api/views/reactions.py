"""What people do with posts, and who did."""

from __future__ import annotations

from django.http import Http404
from rest_framework import serializers

from api.answers import Paged
from api.endpoint import PUBLIC, Call, endpoint
from api.entities.account import VISIBILITIES, Account
from api.entities.status import Status, status_of
from api.fields import Params
from api.paging import Page20, Page40, page_of, span_of
from api.views.common import get_post, page_of_people, page_of_posts
from core.ratelimit import check
from posts.display import get_visible
from posts.models import Bookmark, Like, Post
from posts.services.interact import bookmark_post, like_post, share_post, unbookmark_post, unlike_post, unshare_post
from posts.services.pins import pin_post, unpin_post
from posts.services.quiet import mute_thread, unmute_thread


class Sharing(Params):
    """How a post is passed on."""

    visibility = serializers.ChoiceField(
        VISIBILITIES, required=False, help_text="Taken, and ignored: a share is for whom the post is for."
    )


def _again(call: Call, pk: int) -> Status:
    return status_of(get_post(pk, call.person), call.person)


def _subject(call: Call, pk: int) -> Post:
    """Return what is reacted to: the post itself, or the one that a share shares."""
    check("react", f"user:{call.person.pk}")
    post = get_visible(pk, call.person)
    if post is None:
        raise Http404
    return post.subject


@endpoint("POST", "api/v1/statuses/<id:pk>/favourite", "write:favourites", gives=Status)
def favourite(call: Call, pk: int) -> Status:
    """Like a post; liking twice is liking once."""
    post = _subject(call, pk)
    like_post(call.person, post)
    return _again(call, post.pk)


@endpoint("POST", "api/v1/statuses/<id:pk>/unfavourite", "write:favourites", gives=Status)
def unfavourite(call: Call, pk: int) -> Status:
    """Take a like back."""
    post = _subject(call, pk)
    unlike_post(call.person, post)
    return _again(call, post.pk)


@endpoint("POST", "api/v1/statuses/<id:pk>/reblog", "write:statuses", takes=Sharing, gives=Status)
def reblog(call: Call, pk: int) -> Status:
    """Share a post; the answer is the share, with the post in it."""
    share = share_post(call.person, _subject(call, pk))
    return _again(call, share.pk)


@endpoint("POST", "api/v1/statuses/<id:pk>/unreblog", "write:statuses", gives=Status, limit="delete")
def unreblog(call: Call, pk: int) -> Status:
    """Take a share back; the answer is the post."""
    post = _subject(call, pk)
    unshare_post(call.person, post)
    return _again(call, post.pk)


@endpoint("POST", "api/v1/statuses/<id:pk>/bookmark", "write:bookmarks", gives=Status)
def bookmark(call: Call, pk: int) -> Status:
    """Keep a post for later."""
    post = _subject(call, pk)
    bookmark_post(call.person, post)
    return _again(call, post.pk)


@endpoint("POST", "api/v1/statuses/<id:pk>/unbookmark", "write:bookmarks", gives=Status)
def unbookmark(call: Call, pk: int) -> Status:
    """Forget a kept post."""
    post = _subject(call, pk)
    unbookmark_post(call.person, post)
    return _again(call, post.pk)


@endpoint("POST", "api/v1/statuses/<id:pk>/pin", "write:accounts", gives=Status)
def pin(call: Call, pk: int) -> Status:
    """Put one's own post on top of one's page."""
    pin_post(call.person, get_post(pk, call.person))
    return _again(call, pk)


@endpoint("POST", "api/v1/statuses/<id:pk>/unpin", "write:accounts", gives=Status)
def unpin(call: Call, pk: int) -> Status:
    """Take it down again."""
    unpin_post(call.person, get_post(pk, call.person))
    return _again(call, pk)


@endpoint("POST", "api/v1/statuses/<id:pk>/mute", "write:mutes", gives=Status)
def mute(call: Call, pk: int) -> Status:
    """Hear no more of what is said below a post."""
    mute_thread(call.person, get_post(pk, call.person).subject)
    return _again(call, pk)


@endpoint("POST", "api/v1/statuses/<id:pk>/unmute", "write:mutes", gives=Status)
def unmute(call: Call, pk: int) -> Status:
    """Hear of it again."""
    unmute_thread(call.person, get_post(pk, call.person).subject)
    return _again(call, pk)


@endpoint(
    "GET", "api/v1/statuses/<id:pk>/favourited_by", "read:statuses", who=PUBLIC, takes=Page40, gives=list[Account]
)
def favourited_by(call: Call, pk: int) -> Paged:
    """Who likes a post, last first."""
    post = get_post(pk, call.viewer).subject
    return page_of_people(Like.objects.filter(post=post), span_of(call.params), "user", call.viewer)


@endpoint("GET", "api/v1/statuses/<id:pk>/reblogged_by", "read:statuses", who=PUBLIC, takes=Page40, gives=list[Account])
def reblogged_by(call: Call, pk: int) -> Paged:
    """Who shared a post, last first."""
    post = get_post(pk, call.viewer).subject
    shares = Post.objects.visible_to(call.viewer).filter(share_of=post)
    return page_of_people(shares, span_of(call.params), "author", call.viewer)


@endpoint("GET", "api/v1/statuses/<id:pk>/quotes", "read:statuses", takes=Page20, gives=list[Status])
def quotes(call: Call, pk: int) -> Paged:
    """Posts that quote a post, newest first."""
    post, span = get_post(pk, call.person).subject, span_of(call.params)
    rows = page_of(Post.objects.visible_to(call.person).filter(quote_of=post).only("pk"), span)
    return page_of_posts([row.pk for row in rows], call.person, span)


@endpoint("GET", "api/v1/favourites", "read:favourites", takes=Page20, gives=list[Status])
def favourites(call: Call) -> Paged:
    """Posts the person likes, last liked first."""
    span = span_of(call.params)
    rows = page_of(Like.objects.filter(user=call.person), span)
    return page_of_posts([row.post_id for row in rows], call.person, span, [row.pk for row in rows])


@endpoint("GET", "api/v1/bookmarks", "read:bookmarks", takes=Page20, gives=list[Status])
def bookmarks(call: Call) -> Paged:
    """Posts the person keeps, last kept first."""
    span = span_of(call.params)
    rows = page_of(Bookmark.objects.filter(user=call.person), span)
    return page_of_posts([row.post_id for row in rows], call.person, span, [row.pk for row in rows])
