"""Saying something: posts and comments."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Count, F
from django.utils.translation import gettext as _

from accounts.models import User
from core.text import normalize_text
from core.written import insert
from events.idempotency import claim
from events.log import announce
from events.models import IdempotencyKey
from media.models import Attachment
from posts.models import Post, PostAttachment, QuotePolicy, ScheduledPost, Visibility
from posts.models.post import ATTACHMENTS, TEXT_LENGTH
from posts.permissions import can_comment, can_quote
from posts.services.conversations import file_message, tell_sides
from posts.services.counting import count_in, count_published
from posts.services.polls import PollDraft, check_poll, place_poll
from posts.services.streams import streams_of
from posts.services.words import Words, read_words, store_words
from posts.signals import post_placed, post_published


@transaction.atomic
def publish_post(
    actor: User,
    *,
    text: str = "",
    attachments: Sequence[Attachment] = (),
    reply_to: Post | None = None,
    quote_of: Post | None = None,
    visibility: int = Visibility.PUBLIC,
    spoiler: str = "",
    is_sensitive: bool = False,
    language: str = "",
    poll: PollDraft | None = None,
    quote_policy: int = QuotePolicy.EVERYBODY,
    idempotency_key: str = "",
) -> Post:
    """Publish a post, or a comment where ``reply_to`` is given, and return it.

    A comment is for whom its thread is for, whatever ``visibility`` says. The same ``idempotency_key`` of the same
    person returns the post made the first time. Raises PermissionDenied for what the actor may not answer or quote,
    ValidationError for nothing to say, too many files, or files of somebody else.
    """
    receipt, is_new = claim(actor, idempotency_key) if idempotency_key else (None, True)
    if receipt and not is_new:
        return _made_before(receipt)
    _check(actor, reply_to, quote_of)
    text = normalize_text(text)
    check_content(actor, text, attachments, has_poll=poll is not None)
    if poll:
        check_poll(poll)
    post = Post(
        author=actor,
        text=text,
        spoiler=normalize_text(spoiler),
        is_sensitive=is_sensitive,
        language=language,
        quote_of=quote_of,
        quote_policy=quote_policy,
        has_poll=poll is not None,
        attachments_count=len(attachments),
        **_place(actor, reply_to, visibility),
    )
    words = read_words(actor, text, addressed=_addressed(actor, reply_to))
    post.html = words.html
    insert(post)
    store_words(post, words, is_new=True)
    place_files(post, attachments, is_new=True)
    if poll:
        place_poll(post, poll)
    _count(post)
    sides = file_message(post, words.people) if post.visibility == Visibility.DIRECT else []
    _tell_index(post, words, attachments, poll)
    if receipt:
        receipt.object_id = post.pk
        receipt.save(update_fields=["object_id"])
    _announce(actor, post, words)
    tell_sides(actor, sides)
    return post


def check_content(
    actor: User,
    text: str,
    attachments: Sequence[Attachment],
    *,
    of: Post | None = None,
    scheduled: ScheduledPost | None = None,
    has_poll: bool = False,
) -> None:
    """Raise ValidationError where there is nothing to say, too much, or a file that is not free to use.

    Free is what no other post uses, published (``of`` is the one edited) or still to come (``scheduled``).
    """
    if not text and not attachments and not has_poll:
        raise ValidationError({"text": _("Write something or add a file.")})
    if len(text) > TEXT_LENGTH:
        sentence = _("That is %(count)s characters; at most %(limit)s fit.")
        raise ValidationError({"text": sentence % {"count": len(text), "limit": TEXT_LENGTH}})
    if len(attachments) > ATTACHMENTS:
        raise ValidationError({"attachments": _("A post takes up to %(limit)s files.") % {"limit": ATTACHMENTS}})
    if not _are_free(actor, attachments, of, scheduled):
        raise ValidationError({"attachments": _("One of the files is no longer there. Please add it again.")})


def _are_free(actor: User, attachments: Sequence[Attachment], of: Post | None, scheduled: ScheduledPost | None) -> bool:
    """Whether the files are there, the actor's, each named once, and in no other post but one that was deleted.

    They are locked first: whoever takes the same file at the same moment waits, and then finds it taken.
    """
    ids = {file.pk for file in attachments}
    if not ids:
        return True
    if len(ids) < len(attachments) or any(file.owner_id != actor.pk for file in attachments):
        return False
    mine = ({None, of and of.pk}, {None, scheduled and scheduled.pk})
    if connection.features.has_select_for_update:
        list(Attachment.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    columns = ("post_place__post", "post_place__post__deleted_at", "scheduled_place__scheduled")
    places = list(Attachment.objects.filter(pk__in=ids).values_list(*columns))
    return len(places) == len(ids) and all(
        (post in mine[0] or deleted) and waiting in mine[1] for post, deleted, waiting in places
    )


def place_files(post: Post, attachments: Sequence[Attachment], *, is_new: bool = False) -> None:
    """Give the files their places, in this order, and keep the descriptions they carry."""
    if not is_new:
        PostAttachment.objects.filter(post=post).delete()
    if not attachments:
        return
    take_back_files(attachments)
    Attachment.objects.bulk_update(attachments, ["description", "focus_x", "focus_y"])
    PostAttachment.objects.bulk_create(
        PostAttachment(post=post, attachment=file, position=position) for position, file in enumerate(attachments)
    )


def take_back_files(attachments: Sequence[Attachment]) -> None:
    """Take free files out of the posts they were deleted with: those are erased soon, and files with them."""
    places = PostAttachment.objects.filter(attachment__in=attachments)
    before = dict(places.order_by().values_list("post").annotate(Count("pk")))
    if before:
        places.delete()
    for pk, count in sorted(before.items()):
        Post.objects.filter(pk=pk).update(attachments_count=F("attachments_count") - count)


def _made_before(receipt: IdempotencyKey) -> Post:
    """Return the post made under a key; ValidationError where it has been erased since."""
    post = Post.objects.filter(pk=receipt.object_id or 0).first()
    if post is None:
        raise ValidationError({"text": _("This was already published, and deleted since.")})
    return post


def _check(actor: User, reply_to: Post | None, quote_of: Post | None) -> None:
    if reply_to and not can_comment(actor, reply_to):
        raise PermissionDenied
    if quote_of and not can_quote(actor, quote_of):
        raise PermissionDenied


def _place(actor: User, reply_to: Post | None, visibility: int) -> dict[str, object]:
    if reply_to is None:
        return {"audience": actor, "visibility": visibility}
    root = reply_to.root or reply_to
    return {"audience_id": root.audience_id, "visibility": root.visibility, "reply_to": reply_to, "root": root}


def _addressed(actor: User, reply_to: Post | None) -> list[User]:
    """People who keep being addressed in a conversation among mentioned people; nobody across a block."""
    if reply_to is None or reply_to.visibility != Visibility.DIRECT:
        return []
    root = reply_to.root or reply_to
    people = User.objects.filter(mentions__post__in={root.pk, reply_to.pk})
    authors = User.objects.filter(pk__in={root.author_id, reply_to.author_id})
    return list((people | authors).exclude(pk=actor.pk).exclude(pk__in=actor.apart_from()).distinct())


def _count(post: Post) -> None:
    count_in(post, +1)
    if not post.is_comment:
        count_published(post)


def _tell_index(post: Post, words: Words, files: Sequence[Attachment], poll: PollDraft | None) -> None:
    people, tags = [person.pk for person in words.people], [name for name, _shown in words.tags]
    post_placed.send(Post, about=post, people=people, tags=tags, files=files, answers=poll.titles if poll else ())


def _announce(actor: User, post: Post, words: Words) -> None:
    kind, streams = ("comment", streams_of(post)) if post.is_comment else ("post", ["posts"])
    mentioned = [person.pk for person in words.people]
    announce(post_published, kind, actor=actor, about=post, streams=streams, mentioned=mentioned)
