"""What the house says to people about decisions, in their language. Who decided is never named (S17)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.site import current_site
from core.text import excerpt
from moderation.models import Action

EXCERPT = 140


@dataclass(frozen=True)
class Message:
    """One message: a line that says what happened, and the words."""

    subject: str
    text: str


def message_for(action: Action, person: User) -> Message:
    """Return what ``person`` is told about ``action``: what happened, to which post, why, and what they can do."""
    site = current_site()
    with translation.override(person.language or site.language):
        what = _what(action.kind)
        parts = [what, action.reason]
        if action.post and action.post.html:
            parts.insert(1, _("“%(words)s”") % {"words": excerpt(action.post.html, EXCERPT)})
        return Message(f"{site.name}: {what}", "\n\n".join(parts))


def thanks_for(reporter: User) -> str:
    """Return what somebody who reported something is told: that it was looked at, not what was decided."""
    with translation.override(reporter.language or current_site().language):
        return _("Thank you for your report. A moderator has looked at it and decided.")


def _what(kind: str) -> str:
    """Return one sentence that says what happened."""
    k = Action.Kind
    return {
        k.WARN: _("The moderators ask you to change something."),
        k.LIMIT: _("Your posts now reach only the people who follow you."),
        k.SUSPEND: _("Your account is suspended. You and your posts cannot be seen any more."),
        k.RESTORE: _("Your account has no restrictions any more."),
        k.HIDE: _("One of your posts was hidden."),
        k.UNHIDE: _("A post of yours that was hidden can be seen again."),
        k.SENSITIVE: _("One of your posts was marked as sensitive: its pictures are covered until somebody asks."),
        k.DELETE: _("One of your posts was deleted."),
        k.REJECT: _("Your request to join was turned down. What you told us is erased."),
        k.ERASE: _("Your account was closed. It will be erased in two weeks."),
    }[k(kind)]
