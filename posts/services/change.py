"""Changing what was said: edit, delete, take the deletion back, and moderators' marks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.text import normalize_text
from events.log import announce
from media.models import Attachment
from posts.models import Message, Poll, Post, PostEdit, Visibility
from posts.permissions import can_delete, can_edit, can_restore
from posts.services.conversations import file_message, refresh_sides, tell_sides
from posts.services.counting import count_in
from posts.services.polls import PollDraft, check_poll, replace_poll, titles_of
from posts.services.publish import check_content, place_files
from posts.services.streams import streams_of
from posts.services.words import read_words, store_words
from posts.signals import post_deleted, post_edited, post_restored, posts_changed


class StaleEdit(ValidationError):
    """Somebody saved another version since this one was opened."""


@transaction.atomic
def edit_post(
    actor: User,
    post: Post,
    *,
    text: str,
    attachments: Sequence[Attachment] = (),
    spoiler: str = "",
    is_sensitive: bool = False,
    language: str = "",
    poll: PollDraft | Literal["keep"] | None = "keep",
    based_on: datetime | str | None = "any",
) -> Post:
    """Replace what a post says, keeping the former version in its history; without a change, nothing happens.

    ``attachments`` carry their descriptions. ``based_on`` is the ``edited_at`` the editor saw; another version since
    raises StaleEdit. ``poll`` is the one the post has from now on; other answers than before start its votes anew.
    Audience and place in a thread never change. Raises PermissionDenied for anybody but the author.
    """
    post = lock_post(post)
    if not can_edit(actor, post):
        raise PermissionDenied
    if based_on not in {"any", post.edited_at}:
        raise StaleEdit(_("This post was changed elsewhere in the meantime. Your text is kept below."))
    text, spoiler = normalize_text(text), normalize_text(spoiler)
    check_content(actor, text, attachments, of=post, has_poll=post.has_poll if poll == "keep" else poll is not None)
    if isinstance(poll, PollDraft):
        check_poll(poll)
    now = {"text": text, "spoiler": spoiler, "is_sensitive": is_sensitive, "language": language}
    if not _differs(post, now, attachments) and not _changes_poll(post, poll):
        return post
    _keep_version(post)
    if poll != "keep":
        replace_poll(post, poll)
    addressed = list(User.objects.filter(mentions__post=post)) if post.visibility == Visibility.DIRECT else []
    words = read_words(actor, text, addressed=addressed)
    now |= {"html": words.html, "attachments_count": len(attachments), "edited_at": timezone.now()}
    now |= {"has_poll": post.has_poll}
    for name, value in now.items():
        setattr(post, name, value)
    post.save(update_fields=list(now))
    place_files(post, attachments)
    mentioned = store_words(post, words)
    sides = file_message(post, words.people) if post.visibility == Visibility.DIRECT else []
    posts_changed.send(Post, ids=[post.pk])
    announce(post_edited, "edit", actor=actor, about=post, streams=streams_of(post), mentioned=mentioned)
    tell_sides(actor, sides)
    return post


@transaction.atomic
def delete_post(actor: User, post: Post, *, with_files: bool = False) -> None:
    """Take a post, comment or share away; for an hour it can come back, then it is erased.

    Its files can be used in another post meanwhile, unless they are to go at once (``with_files``).
    Raises PermissionDenied for anybody but the author.
    """
    post = lock_post(post)
    if not can_delete(actor, post):
        raise PermissionDenied
    remove_post(actor, post)
    if with_files:
        Attachment.objects.filter(post_place__post=post).delete()
        Post.objects.filter(pk=post.pk).update(attachments_count=0)


@transaction.atomic
def remove_post(actor: User, post: Post) -> None:
    """Mark a post as deleted, whoever asks; used by the author's and the moderators' services (these check)."""
    post = lock_post(post)
    if mark_deleted(post):
        announce(post_deleted, "delete", actor=actor, about=post, streams=streams_of(post))


def mark_deleted(post: Post) -> bool:
    """Write the deletion of a locked post without announcing it; returns whether there was something to delete."""
    if post.deleted_at:
        return False
    _save_standing(post, deleted_at=timezone.now())
    return True


@transaction.atomic
def restore_post(actor: User, post: Post) -> Post:
    """Bring back a post deleted within the last hour; PermissionDenied otherwise."""
    post = lock_post(post)
    if not can_restore(actor, post):
        raise PermissionDenied
    try:
        with transaction.atomic():
            _save_standing(post, deleted_at=None)
    except IntegrityError:  # a share, and its post has been shared again since
        raise PermissionDenied from None
    if post.share_of_id is None:
        posts_changed.send(Post, ids=[post.pk])  # its files may have gone elsewhere meanwhile
    announce(post_restored, "restore", actor=actor, about=post, streams=streams_of(post))
    return post


@transaction.atomic
def hide_post(actor: User, post: Post) -> None:
    """Take a post out of everybody's sight; a moderator's act (its caller checks and logs)."""
    post = lock_post(post)
    if post.hidden_at is None:
        _save_standing(post, hidden_at=timezone.now())
        announce(post_deleted, "delete", actor=actor, about=post, streams=streams_of(post))


@transaction.atomic
def unhide_post(actor: User, post: Post) -> None:
    """Put a hidden post back."""
    post = lock_post(post)
    if post.hidden_at:
        _save_standing(post, hidden_at=None)
        announce(post_restored, "restore", actor=actor, about=post, streams=streams_of(post))


@transaction.atomic
def mark_sensitive(actor: User, post: Post) -> None:
    """Cover a post's media until a reader asks for them; a moderator's act."""
    if Post.objects.filter(pk=post.pk, is_sensitive=False).update(is_sensitive=True):
        announce(post_edited, "edit", actor=actor, about=post, streams=streams_of(post), mentioned=[])


def lock_post(post: Post) -> Post:
    """Lock a post together with those above it, oldest first, and return it as it stands now.

    Every writer takes them in that order. The lock lets new comments and likes in (they only need the row to exist).
    """
    above = {pk for pk in (post.pk, post.root_id, post.reply_to_id, post.share_of_id) if pk is not None}
    rows = Post.objects.select_for_update(no_key=True).filter(pk__in=above).order_by("pk")
    for row in rows:
        if row.pk == post.pk:
            return row
    raise Post.DoesNotExist


def _differs(post: Post, now: dict[str, object], attachments: Sequence[Attachment]) -> bool:
    """Whether an edit would change anything a reader can see."""
    if any(getattr(post, name) != value for name, value in now.items()):
        return True
    rows = post.post_attachments.select_related("attachment")
    before = [(row.attachment_id, row.attachment.description) for row in rows]
    return before != [(file.pk, file.description) for file in attachments]


def _changes_poll(post: Post, poll: PollDraft | Literal["keep"] | None) -> bool:
    """Whether an edit would give a post another poll, or another end to the one it has."""
    if poll == "keep":
        return False
    before = Poll.objects.filter(post=post).first()
    return before is not None or poll is not None


def _keep_version(post: Post) -> None:
    rows = post.post_attachments.select_related("attachment")
    files = [{"id": row.attachment_id, "description": row.attachment.description} for row in rows]
    poll = Poll.objects.filter(post=post).first() if post.has_poll else None
    PostEdit.objects.create(
        post=post,
        text=post.text,
        html=post.html,
        spoiler=post.spoiler,
        is_sensitive=post.is_sensitive,
        files=files,
        poll=poll and titles_of(poll),
    )


def _save_standing(post: Post, **mark: datetime | None) -> None:
    """Set or lift a mark, and count the post in or out where that makes it come or go."""
    was_gone = post.is_gone
    for name, value in mark.items():
        setattr(post, name, value)
    post.save(update_fields=list(mark))
    if post.is_gone != was_gone:
        _count(post, -1 if post.is_gone else +1)


def _count(post: Post, by: int) -> None:
    """Change the counters a post is part of: they count what is neither deleted nor hidden."""
    count_in(post, by)
    if not post.is_comment:
        User.objects.filter(pk=post.author_id).update(posts_count=F("posts_count") + by)
    if post.visibility == Visibility.DIRECT:
        _refresh_conversation(post)


def _refresh_conversation(post: Post) -> None:
    message = Message.objects.filter(post=post).first()
    if message:
        refresh_sides(message.conversation_id)
