"""What a moderator may do, to whom, and what makes sense now."""

from __future__ import annotations

from accounts.models import User
from accounts.permissions import can_moderate
from moderation.models import Action
from posts.models import Post

Kind = Action.Kind
PERSON_KINDS = (Kind.WARN, Kind.LIMIT, Kind.SUSPEND, Kind.RESTORE, Kind.APPROVE, Kind.REJECT)
POST_KINDS = (Kind.HIDE, Kind.UNHIDE, Kind.SENSITIVE, Kind.DELETE)
REPORT_KINDS = (Kind.DISMISS, Kind.REOPEN)
OWNER_KINDS = (Kind.APPOINT, Kind.RETIRE, Kind.ERASE)


def can_report(actor: User, person: User) -> bool:
    """Everybody who may act, about somebody else."""
    return actor.is_active and actor.pk != person.pk


def can_judge(actor: User, person: User) -> bool:
    """A moderator, about somebody of lower rank: nobody judges themselves, a fellow moderator or the owner."""
    return can_moderate(actor) and _rank(actor) > _rank(person)


def can_appoint(actor: User) -> bool:
    """Only the owner chooses who moderates."""
    return actor.is_active and actor.is_superuser


def can_announce(actor: User) -> bool:
    """The owner, and whom the owner gave the right to change announcements."""
    return actor.is_active and actor.is_staff and actor.has_perm("moderation.change_announcement")


def kinds_for_person(person: User) -> list[Kind]:
    """Return the acts that would change something about ``person`` as they stand."""
    if person.approved_at is None:
        return [Kind.APPROVE, Kind.REJECT]
    kinds = [] if person.suspended_at else [Kind.WARN]
    if not person.limited_at and not person.suspended_at:
        kinds.append(Kind.LIMIT)
    if not person.suspended_at:
        kinds.append(Kind.SUSPEND)
    if person.suspended_at or person.limited_at:
        kinds.append(Kind.RESTORE)
    return kinds


def kinds_for_owner(person: User) -> list[Kind]:
    """Return what only the owner does to ``person``."""
    if person.is_superuser:
        return []
    kinds = [Kind.RETIRE] if person.is_staff else [Kind.APPOINT] if person.is_active else []
    return kinds if person.leaving_at or person.approved_at is None else [*kinds, Kind.ERASE]


def kinds_for_post(post: Post) -> list[Kind]:
    """Return the acts that would change something about ``post`` as it stands."""
    if post.deleted_at:
        return []
    kinds = [Kind.UNHIDE] if post.hidden_at else [Kind.HIDE]
    if post.attachments_count and not post.is_sensitive:
        kinds.append(Kind.SENSITIVE)
    return [*kinds, Kind.DELETE]


def _rank(person: User) -> int:
    return 2 if person.is_superuser else int(person.is_staff)
