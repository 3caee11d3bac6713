"""Who moderates: the owner appoints and retires."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from accounts.services.standing import end_access
from moderation.models import Action
from moderation.permissions import can_appoint
from moderation.services.acts import record

GROUP = "Moderators"

# What moderators may look at in the admin, and what the right to act hangs on (accounts.permissions.can_moderate).
RIGHTS = {
    "accounts": ["view_user"],
    "posts": ["view_post", "view_hashtag"],
    "media": ["view_attachment"],
    "moderation": ["view_report", "change_report", "view_action", "add_action"],
}


def moderators() -> Group:
    """Return the group that moderators are in; it has its rights even where somebody took the group away."""
    group, is_new = Group.objects.get_or_create(name=GROUP)
    if is_new:
        group.permissions.set(
            Permission.objects.filter(
                content_type__app_label__in=RIGHTS,
                codename__in=[right for rights in RIGHTS.values() for right in rights],
            )
        )
    return group


@transaction.atomic
def appoint_moderator(owner: User, person: User, *, reason: str) -> Action:
    """Let somebody moderate, and write it into the log. Raises PermissionDenied for anybody but the owner."""
    if not can_appoint(owner) or not person.is_active or person.is_superuser:
        raise PermissionDenied
    person.groups.add(moderators())
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    return record(owner, Action.Kind.APPOINT, person, reason=reason)


@transaction.atomic
def retire_moderator(owner: User, person: User, *, reason: str) -> Action:
    """Take the rights of a moderator back, with every session they were used in."""
    if not can_appoint(owner) or person.is_superuser:
        raise PermissionDenied
    person.groups.clear()
    person.user_permissions.clear()
    person.is_staff = False
    person.save(update_fields=["is_staff"])
    action = record(owner, Action.Kind.RETIRE, person, reason=reason)
    end_access(person)
    return action
