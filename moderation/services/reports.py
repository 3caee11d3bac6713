"""Telling the moderators about somebody or something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Rule, User
from accounts.signals import moderators_called
from core.text import normalize_text
from events.log import announce
from moderation.models import COMMENT_LENGTH, Report
from moderation.permissions import can_report
from posts.models import Post

MOST_POSTS = 40  # in one report


def report_post(actor: User, post: Post, *, category: str, comment: str = "", rules: Iterable[Rule] = ()) -> Report:
    """Report a post as it reads now; while that report is open, a second one is the first.

    Raises PermissionDenied for one's own posts.
    """
    return report(actor, post.author, posts=[post], category=category, comment=comment, rules=rules)


def report_person(actor: User, person: User, *, category: str, comment: str = "", rules: Iterable[Rule] = ()) -> Report:
    """Report a person; while that report is open, a second one is the first. PermissionDenied for oneself."""
    return report(actor, person, category=category, comment=comment, rules=rules)


@transaction.atomic
def report(
    actor: User,
    person: User,
    *,
    posts: Sequence[Post] = (),
    category: str,
    comment: str = "",
    rules: Iterable[Rule] = (),
) -> Report:
    """Report a person, with ``posts`` of theirs as they read now and the house rules they broke.

    While a report about the first of the posts (or the person) is open, a second one is the first. The caller has
    found the posts through ``visible_to(actor)``. Raises PermissionDenied for oneself and for posts of others.
    """
    if not can_report(actor, person) or any(post.author_id != person.pk for post in posts):
        raise PermissionDenied
    first, more = (posts[0], posts[1:MOST_POSTS]) if posts else (None, [])
    before = Report.objects.filter(reporter=actor, person=person, post=first, status=Report.Status.OPEN).first()
    if before:
        return before
    try:
        with transaction.atomic():
            report = Report.objects.create(
                reporter=actor,
                person=person,
                post=first,
                category=category,
                comment=normalize_text(comment).strip()[:COMMENT_LENGTH],
                excerpt="\n\n* * *\n\n".join(_as_it_reads(post) for post in ([first, *more] if first else [])),
            )
    except IntegrityError:  # a twin came first
        return Report.objects.get(reporter=actor, post=first, status=Report.Status.OPEN)
    report.more_posts.set(more)
    report.rules.set(rules)
    announce(
        moderators_called,
        "report",
        actor=actor,
        about=person,
        streams=[],
        why="report",
        post=first,
        report_id=report.pk,
    )
    return report


def _as_it_reads(post: Post) -> str:
    """Return all words of a post: its warning, its text and what its files show."""
    files = [file.description for file in post.attachments.order_by("post_place__position")]
    return "\n\n".join(filter(None, [post.spoiler, post.text, *files]))
