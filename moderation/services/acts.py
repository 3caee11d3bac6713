"""What moderators do. One function does an act, writes it into the log and tells the person."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Rule, User
from accounts.permissions import can_moderate
from accounts.services.standing import (
    approve_person,
    begin_leaving,
    limit_person,
    reject_person,
    restore_person,
    suspend_person,
)
from accounts.signals import person_told
from core.text import normalize_text
from events.log import announce
from moderation.models import REASON_LENGTH, Action, Report
from moderation.permissions import PERSON_KINDS, POST_KINDS, can_appoint, can_judge, kinds_for_person, kinds_for_post
from moderation.tasks import mail_person
from moderation.words import message_for, thanks_for
from posts.models import Post
from posts.services.change import hide_post, lock_post, mark_sensitive, remove_post, unhide_post

Kind = Action.Kind


@transaction.atomic
def act(
    moderator: User,
    kind: str,
    *,
    person: User | None = None,
    post: Post | None = None,
    reason: str,
    report: Report | None = None,
) -> Action:
    """Do one act on a person or a post, log it with its reason, tell the person, and close the report it answers.

    Raises PermissionDenied for somebody who may not judge that person, ValidationError for a missing reason or for an
    act that would change nothing (somebody else was quicker).
    """
    kind = Kind(kind)
    if kind in POST_KINDS and post is not None:
        target = post.author
        possible = kinds_for_post(lock_post(post))
    elif kind in PERSON_KINDS and person is not None:
        target = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        possible = kinds_for_person(target)
    else:
        raise ValidationError(_("This does not fit what was chosen."))
    if not can_judge(moderator, target):
        raise PermissionDenied
    if report is not None and report.person_id != target.pk:
        raise ValidationError(_("This does not fit what was chosen."))
    if kind not in possible:
        raise ValidationError(_("This has been done already, or something else was decided in the meantime."))
    action = record(moderator, kind, target, reason=reason, post=post, report=report)
    _close_reports(moderator, action)
    if post is not None and kind in POST_KINDS:
        _ON_POSTS[kind](moderator, post)
    else:
        _ON_PEOPLE[kind](moderator, target)
    _tell(action, target)
    return action


@transaction.atomic
def dismiss_report(moderator: User, report: Report, *, reason: str) -> Action:
    """Close a report without consequence. Raises ValidationError when it is closed already."""
    report = Report.objects.select_for_update(of=["self"], no_key=True).select_related("person").get(pk=report.pk)
    if not can_judge(moderator, report.person):
        raise PermissionDenied
    if not report.is_open:
        raise ValidationError(_("This has been done already, or something else was decided in the meantime."))
    action = record(moderator, Kind.DISMISS, report.person, reason=reason, post=report.post, report=report)
    _close([report], moderator, Report.Status.DISMISSED)
    return action


@transaction.atomic
def reopen_report(moderator: User, report: Report, *, reason: str = "") -> Action:
    """Put a closed report back into the queue. Raises ValidationError when it is open."""
    report = Report.objects.select_for_update(of=["self"], no_key=True).select_related("person").get(pk=report.pk)
    if not can_judge(moderator, report.person):
        raise PermissionDenied
    if report.is_open:
        raise ValidationError(_("This has been done already, or something else was decided in the meantime."))
    if Report.objects.filter(reporter=report.reporter, post=report.post or 0, status=Report.Status.OPEN).exists():
        raise ValidationError(_("The same person has reported the same post again since: that report is open."))
    reason = reason or _("It is to be looked at again.")
    action = record(moderator, Kind.REOPEN, report.person, reason=reason, post=report.post, report=report)
    Report.objects.filter(pk=report.pk).update(status=Report.Status.OPEN, handled_by=None, handled_at=None)
    return action


@transaction.atomic
def assign_report(moderator: User, report: Report, *, to: User | None) -> None:
    """Say in whose hands a report is."""
    if not can_moderate(moderator):
        raise PermissionDenied
    Report.objects.filter(pk=report.pk).update(assigned_to=to)


@transaction.atomic
def sort_report(moderator: User, report: Report, *, category: str, rules: Sequence[Rule]) -> None:
    """Say what a report is about, where whoever made it chose something else."""
    if not can_moderate(moderator):
        raise PermissionDenied
    Report.objects.filter(pk=report.pk).update(category=category)
    report.rules.set(rules)


@transaction.atomic
def send_away(owner: User, person: User, *, reason: str) -> Action:
    """Begin an account's two weeks before it is erased, as if the person had asked to leave."""
    if not can_appoint(owner) or person.is_superuser:
        raise PermissionDenied
    action = record(owner, Kind.ERASE, person, reason=reason)
    begin_leaving(person)
    _tell(action, person)
    return action


def record(
    moderator: User, kind: str, person: User, *, reason: str, post: Post | None = None, report: Report | None = None
) -> Action:
    """Add one row to the log; ValidationError without a reason."""
    reason = normalize_text(reason).strip()
    if not reason:
        raise ValidationError({"reason": _("Say why. The person reads it, and so do the other moderators.")})
    if len(reason) > REASON_LENGTH:
        raise ValidationError({"reason": _("At most %(limit)s characters fit.") % {"limit": REASON_LENGTH}})
    return Action.objects.create(
        kind=kind, moderator=moderator, person=person, subject=str(person), post=post, report=report, reason=reason
    )


def _close_reports(moderator: User, action: Action) -> None:
    """Close the report an act answers, and those that ask for the same."""
    same = Q(pk=action.report_id)
    if action.kind in {Kind.HIDE, Kind.DELETE}:
        same |= Q(post=action.post_id)
    if action.kind in {Kind.SUSPEND, Kind.REJECT}:
        same |= Q(person=action.person_id)
    open_ones = Report.objects.select_for_update(no_key=True).filter(same, status=Report.Status.OPEN)
    _close(list(open_ones.order_by("pk")), moderator, Report.Status.RESOLVED)


def _close(reports: list[Report], moderator: User, status: str) -> None:
    """Note the decision, and thank those who told us; they do not learn what was decided."""
    ids = [report.pk for report in reports]
    Report.objects.filter(pk__in=ids).update(status=status, handled_by=moderator, handled_at=timezone.now())
    for reporter in User.objects.filter(pk__in=[report.reporter_id for report in reports], is_active=True):
        announce(person_told, "told", actor=None, about=reporter, streams=[], text=thanks_for(reporter), post=None)


def _tell(action: Action, person: User) -> None:
    """Tell the person by bell and by mail; who decided is never named. A welcome has a mail of its own."""
    if action.kind == Kind.APPROVE:
        return
    message = message_for(action, person)
    address = person.email
    if address:
        transaction.on_commit(lambda: mail_person.enqueue(address, message.subject, message.text))
    if action.kind not in {Kind.REJECT, Kind.SUSPEND, Kind.ERASE}:  # these have no bell to read it at
        announce(
            person_told,
            "told",
            actor=None,
            about=person,
            streams=[],
            text=message.text,
            post=action.post,
            act_id=action.pk,
        )


def _warn(moderator: User, person: User) -> None:
    """A warning is its words alone."""


def _delete(moderator: User, post: Post) -> None:
    """Delete for good: hidden as well, so that its author cannot bring it back."""
    hide_post(moderator, post)
    remove_post(moderator, post)


_ON_PEOPLE: dict[Kind, Callable[[User, User], None]] = {
    Kind.WARN: _warn,
    Kind.LIMIT: limit_person,
    Kind.SUSPEND: suspend_person,
    Kind.RESTORE: restore_person,
    Kind.APPROVE: approve_person,
    Kind.REJECT: reject_person,
}
_ON_POSTS: dict[Kind, Callable[[User, Post], None]] = {
    Kind.HIDE: hide_post,
    Kind.UNHIDE: unhide_post,
    Kind.SENSITIVE: mark_sensitive,
    Kind.DELETE: _delete,
}
