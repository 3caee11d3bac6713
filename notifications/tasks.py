"""Telling many people, after the answer. Each task survives a vanished row and a second run."""

from __future__ import annotations

from django_tasks import task

from accounts.models import Follow, User
from notifications.models import Kind
from notifications.services import notify, notify_again
from posts.models import Post


@task()
def tell_who_asked(pk: int) -> None:
    """Tell of a new post those followers who want to hear of each."""
    post = Post.objects.select_related("author").filter(pk=pk).first()
    if post is None:
        return
    asked = Follow.objects.filter(followee=post.author, notifies=True).values("follower")
    for person in User.objects.filter(pk__in=asked).order_by("pk").iterator():
        notify(person, Kind.POST, actor=post.author, post=post)


@task()
def tell_of_changed_words(pk: int) -> None:
    """Tell those who shared or quoted a post that it reads differently now."""
    post = Post.objects.select_related("author").filter(pk=pk).first()
    if post is None:
        return
    shared = Post.objects.filter(share_of=post, deleted_at=None).values("author")
    for person in User.objects.filter(pk__in=shared).order_by("pk").iterator():
        notify_again(person, Kind.EDIT, actor=post.author, post=post)
    for quote in Post.objects.filter(quote_of=post, deleted_at=None).select_related("author").order_by("pk").iterator():
        notify_again(quote.author, Kind.QUOTED_EDIT, actor=post.author, post=quote)


@task()
def tell_of_poll(pk: int, people: list[int]) -> None:
    """Tell people that a poll they asked or answered is over."""
    post = Post.objects.filter(pk=pk).first()
    if post is None:
        return
    for person in User.objects.filter(pk__in=people).order_by("pk"):
        notify(person, Kind.POLL, post=post)
