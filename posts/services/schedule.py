"""Posts that wait for their time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from accounts.services.turns import wait_turn
from core.text import normalize_text
from events.idempotency import claim
from media.models import Attachment
from posts.models import Post, QuotePolicy, ScheduledFile, ScheduledPost, Visibility
from posts.permissions import can_comment, can_quote
from posts.services.polls import PollDraft, check_poll
from posts.services.publish import check_content, publish_post, take_back_files

AHEAD = timedelta(minutes=5)  # at least; sooner than that it is simply published
FARTHEST = timedelta(days=366)
A_DAY = 25
IN_ALL = 300
AT_ONCE = 50
KEY_LENGTH = 120  # with the mark of its kind, as much as a key may have

logger = logging.getLogger("posts.schedule")


@transaction.atomic
def schedule_post(
    actor: User,
    *,
    due: datetime,
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
) -> ScheduledPost:
    """Keep a post until ``due``, when the worker publishes it; returns what is kept.

    Everything ``publish_post`` would refuse is refused here already. Raises ValidationError, under ``due``, for a time
    less than five minutes ahead, for more than 25 posts on one day (UTC), and for more than 300 in all.
    """
    receipt, is_new = claim(actor, f"later:{idempotency_key[:KEY_LENGTH]}") if idempotency_key else (None, True)
    if receipt and not is_new:
        return _kept_before(actor, receipt.object_id)
    _check_target(actor, reply_to, quote_of)
    _check_time(actor, due)
    said = {"text": normalize_text(text), "spoiler": normalize_text(spoiler), "language": language}
    _check_said(actor, said["text"], attachments, poll)
    scheduled = ScheduledPost.objects.create(
        author=actor,
        due=due,
        is_sensitive=is_sensitive,
        visibility=visibility if reply_to is None else reply_to.visibility,
        quote_policy=quote_policy,
        reply_to=reply_to,
        quote_of=quote_of,
        is_answer=reply_to is not None,
        is_quote=quote_of is not None,
        poll=poll and poll.as_json(),
        **said,
    )
    _place_files(scheduled, attachments)
    if receipt:
        receipt.object_id = scheduled.pk
        receipt.save(update_fields=["object_id"])
    return scheduled


@transaction.atomic
def change_scheduled(
    actor: User,
    scheduled: ScheduledPost,
    *,
    due: datetime,
    attachments: Sequence[Attachment] = (),
    poll: PollDraft | None = None,
    **said: Any,
) -> ScheduledPost:
    """Change what a post to come says, and when; ``said`` are the other words of ``schedule_post``."""
    scheduled = _own(actor, scheduled)
    if due != scheduled.due:
        _check_time(actor, due, of=scheduled)
    for name in ("text", "spoiler"):
        if name in said:
            said[name] = normalize_text(said[name])
    _check_said(actor, said.get("text", scheduled.text), attachments, poll, of=scheduled)
    for name, value in said.items():
        setattr(scheduled, name, value)
    scheduled.due, scheduled.problem, scheduled.poll = due, "", poll and poll.as_json()
    scheduled.save()
    _place_files(scheduled, attachments)
    return scheduled


@transaction.atomic
def reschedule_post(actor: User, scheduled: ScheduledPost, due: datetime) -> ScheduledPost:
    """Publish it at another time; ValidationError and PermissionDenied as above."""
    scheduled = _own(actor, scheduled)
    _check_time(actor, due, of=scheduled)
    scheduled.due, scheduled.problem = due, ""
    scheduled.save(update_fields=["due", "problem"])
    return scheduled


@transaction.atomic
def cancel_scheduled(actor: User, scheduled: ScheduledPost) -> None:
    """Do not publish it; its files are free again."""
    _own(actor, scheduled).delete()


def publish_due() -> int:
    """Publish every post whose time has come, each once; returns how many. What cannot be published says why."""
    waiting = ScheduledPost.objects.filter(due__lte=timezone.now(), problem="").order_by("due")
    return sum(_publish(pk) for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]))


def _publish(pk: int) -> bool:
    """Publish one in the transaction that forgets it: whoever comes second finds nothing left to do."""
    with transaction.atomic():
        rows = ScheduledPost.objects.select_for_update(of=("self",), skip_locked=True)
        rows = rows.select_related("author", "reply_to__root", "quote_of")
        scheduled = rows.filter(pk=pk, problem="", due__lte=timezone.now()).first()
        if scheduled is None:
            return False
        try:
            with transaction.atomic(), override(scheduled.author.language or None):
                _publish_now(scheduled)
        except OperationalError:
            raise  # the database is not there: all of it once more, later
        except (PermissionDenied, ValidationError) as refused:
            return _keep_problem(scheduled, refused)
        except Exception as error:  # none may stand in the way of those behind it
            logger.exception("A scheduled post could not be published", extra={"scheduled": pk})
            return _keep_problem(scheduled, error)
    return True


def _publish_now(scheduled: ScheduledPost) -> Post:
    files = [row.attachment for row in scheduled.files.select_related("attachment").order_by("position")]
    author, reply_to, quote_of = scheduled.author, scheduled.reply_to, scheduled.quote_of
    if not author.is_active or (scheduled.is_answer and reply_to is None) or (scheduled.is_quote and quote_of is None):
        raise PermissionDenied
    for target in (reply_to, quote_of):
        if target and not Post.objects.visible_to(author).filter(pk=target.pk).exists():
            raise PermissionDenied
    scheduled.files.all().delete()
    post = publish_post(
        author,
        text=scheduled.text,
        attachments=files,
        reply_to=reply_to,
        quote_of=quote_of,
        visibility=scheduled.visibility,
        spoiler=scheduled.spoiler,
        is_sensitive=scheduled.is_sensitive,
        language=scheduled.language,
        poll=PollDraft.from_json(scheduled.poll) if scheduled.poll else None,
        quote_policy=scheduled.quote_policy,
    )
    scheduled.delete()
    return post


def _keep_problem(scheduled: ScheduledPost, error: Exception) -> bool:
    """Tell the author, in their language, why it was not published; returns that it was not."""
    with override(scheduled.author.language or None):
        if isinstance(error, ValidationError):
            words = " ".join(error.messages)
        elif isinstance(error, PermissionDenied):
            words = _("What it answers or quotes is no longer there for you.")
        else:
            words = _("Something went wrong on our side. Choose a new time to try again.")
    ScheduledPost.objects.filter(pk=scheduled.pk).update(problem=words)
    return False


def _own(actor: User, scheduled: ScheduledPost) -> ScheduledPost:
    """Return the row locked, as it stands now; it may have been published a moment ago."""
    found = ScheduledPost.objects.select_for_update().filter(pk=scheduled.pk, author=actor).first()
    if found is None:
        raise PermissionDenied
    return found


def _kept_before(actor: User, pk: int | None) -> ScheduledPost:
    found = ScheduledPost.objects.filter(pk=pk or 0, author=actor).first()
    if found is None:
        raise ValidationError({"text": _("This was already published, or taken back.")})
    return found


def _check_target(actor: User, reply_to: Post | None, quote_of: Post | None) -> None:
    if (reply_to and not can_comment(actor, reply_to)) or (quote_of and not can_quote(actor, quote_of)):
        raise PermissionDenied


def _check_said(
    actor: User,
    text: str,
    attachments: Sequence[Attachment],
    poll: PollDraft | None,
    of: ScheduledPost | None = None,
) -> None:
    check_content(actor, text, attachments, scheduled=of, has_poll=poll is not None)
    if poll:
        check_poll(poll)


def _check_time(actor: User, due: datetime, of: ScheduledPost | None = None) -> None:
    now = timezone.now()
    if due < now + AHEAD:
        raise ValidationError({"due": _("Choose a time at least five minutes from now.")})
    if due > now + FARTHEST:
        raise ValidationError({"due": _("Choose a time within the next twelve months.")})
    wait_turn(actor)
    others = ScheduledPost.objects.filter(author=actor)
    if of is not None:
        others = others.exclude(pk=of.pk)
    elif others.count() >= IN_ALL:
        raise ValidationError({"due": _("Up to %(limit)s posts can wait. Take one back first.") % {"limit": IN_ALL}})
    day = due.astimezone(timezone.get_default_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
    if others.filter(due__gte=day, due__lt=day + timedelta(days=1)).count() >= A_DAY:
        raise ValidationError({"due": _("Up to %(limit)s posts can wait for one day.") % {"limit": A_DAY}})


def _place_files(scheduled: ScheduledPost, attachments: Sequence[Attachment]) -> None:
    scheduled.files.all().delete()
    take_back_files(attachments)
    Attachment.objects.bulk_update(attachments, ["description"])
    ScheduledFile.objects.bulk_create(
        ScheduledFile(scheduled=scheduled, attachment=file, position=position)
        for position, file in enumerate(attachments)
    )
