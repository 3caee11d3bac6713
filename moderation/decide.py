"""The one page on which decisions are made: whom it hits, why, and then it is done."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import can_moderate
from accounts.site import current_site
from core.ids import MAX_ID
from events.idempotency import claim
from moderation.desk import posts_in_sight
from moderation.forms import DecisionForm
from moderation.models import Action, Report
from moderation.permissions import (
    OWNER_KINDS,
    POST_KINDS,
    REPORT_KINDS,
    can_appoint,
    can_judge,
    kinds_for_owner,
    kinds_for_person,
    kinds_for_post,
)
from moderation.services.acts import act, dismiss_report, reopen_report, send_away
from moderation.services.team import appoint_moderator, retire_moderator
from posts.models import Post

Kind = Action.Kind
MOST = 100

VERBS: dict[str, Callable[[], str]] = {
    Kind.WARN: lambda: _("Warn"),
    Kind.LIMIT: lambda: _("Limit"),
    Kind.SUSPEND: lambda: _("Suspend"),
    Kind.RESTORE: lambda: _("Restore"),
    Kind.APPROVE: lambda: _("Let in"),
    Kind.REJECT: lambda: _("Turn down"),
    Kind.HIDE: lambda: _("Hide post"),
    Kind.UNHIDE: lambda: _("Show post again"),
    Kind.SENSITIVE: lambda: _("Mark as sensitive"),
    Kind.DELETE: lambda: _("Delete post"),
    Kind.DISMISS: lambda: _("Dismiss report"),
    Kind.REOPEN: lambda: _("Open report again"),
    Kind.APPOINT: lambda: _("Make a moderator"),
    Kind.RETIRE: lambda: _("Take moderation away"),
    Kind.ERASE: lambda: _("Close account"),
}
MEANINGS: dict[str, Callable[[], str]] = {
    Kind.WARN: lambda: _("They get your words by bell and by mail. Nothing else changes."),
    Kind.LIMIT: lambda: _("Their posts leave the public timelines and reach only people who follow them."),
    Kind.SUSPEND: lambda: _(
        "They are signed out everywhere, and they and their posts are gone at once. You can undo it."
    ),
    Kind.RESTORE: lambda: _("A suspension and a limit are lifted; their posts come back."),
    Kind.APPROVE: lambda: _("They can sign in from now on, and are told by mail."),
    Kind.REJECT: lambda: _("What they told us is erased, and they are told by mail. You cannot undo it."),
    Kind.HIDE: lambda: _("Nobody sees it any more. You can undo it."),
    Kind.UNHIDE: lambda: _("It can be seen again by whom it was for."),
    Kind.SENSITIVE: lambda: _("Its pictures and films are covered until a reader asks for them."),
    Kind.DELETE: lambda: _("It is gone for good. You cannot undo it; hiding can be undone."),
    Kind.DISMISS: lambda: _("The report is closed without consequence. Who reported hears that it was looked at."),
    Kind.REOPEN: lambda: _("It goes back into the queue. Nobody is told."),
    Kind.APPOINT: lambda: _("They can decide about people and posts, and read reports."),
    Kind.RETIRE: lambda: _("They are signed out everywhere and are a member like all others again."),
    Kind.ERASE: lambda: _("They are signed out, hidden at once, and erased in two weeks."),
}


@dataclass(frozen=True)
class Target:
    """Somebody or something a decision hits; ``obstacle`` says why it would not."""

    row: Model
    person: User
    post: Post | None = None
    obstacle: str = ""


@dataclass(frozen=True)
class Decision:
    """What is decided, by whom and why; ``key`` names the form it was made on."""

    moderator: User
    kind: Kind
    reason: str
    report: Report | None
    key: str


def decide(request: HttpRequest) -> HttpResponse:
    """Ask for the reason (GET), and do it (POST); ``?kind=…&id=…&id=…&report=…&next=…``."""
    moderator = _moderator(request)
    kind = _kind(request.GET.get("kind", ""))
    if kind in OWNER_KINDS and not can_appoint(moderator):
        raise PermissionDenied
    report = _report(request.GET)
    targets = _targets(moderator, kind, _ids(request.GET))
    if all(target.obstacle for target in targets) and not can_judge(moderator, targets[0].person):
        raise PermissionDenied
    form = DecisionForm(request.POST or None, rules=current_site().rules, initial={"key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        _carry_out(request, Decision(moderator, kind, data["reason"], report, str(data["key"])), targets)
        return redirect(_next(request))
    context = admin.site.each_context(request) | {
        "title": VERBS[kind](),
        "meaning": MEANINGS[kind](),
        "kind": kind,
        "grave": kind in {Kind.SUSPEND, Kind.DELETE, Kind.REJECT, Kind.ERASE},
        "targets": targets,
        "report": report,
        "form": form,
        "next": _next(request),
    }
    return render(request, "moderation/decide.html", context, status=400 if form.errors else 200)


def address_of(kind: str, rows: list[Any], *, report: Report | None = None, back: str = "") -> str:
    """Return the address of the page that decides about ``rows``."""
    query = QueryDict(mutable=True)
    query["kind"] = kind
    query.setlist("id", [str(row.pk) for row in rows])
    if report:
        query["report"] = str(report.pk)
    if back:
        query["next"] = back
    return f"{reverse('admin:decide')}?{query.urlencode()}"


def _moderator(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not can_moderate(request.user):
        raise PermissionDenied
    return request.user


def _kind(text: str) -> Kind:
    if text not in VERBS:
        raise Http404
    return Kind(text)


def _ids(query: QueryDict) -> list[int]:
    """Return the ids that are named; what is no id names nothing."""
    found = [int(text) for text in query.getlist("id") if text.isascii() and text.isdigit() and len(text) < 20]
    return [number for number in found if number <= MAX_ID][:MOST]


def _report(query: QueryDict) -> Report | None:
    text = query.get("report", "")
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MAX_ID):
        return None
    return Report.objects.select_related("person").filter(pk=int(text)).first()


def _targets(moderator: User, kind: Kind, ids: list[int]) -> list[Target]:
    """Return what would be hit; 404 where there is nothing of that kind."""
    if kind in POST_KINDS:
        found = [_post_target(moderator, kind, post) for post in posts_in_sight().filter(pk__in=ids).order_by("pk")]
    elif kind in REPORT_KINDS:
        reports = Report.objects.filter(pk__in=ids).select_related("person__avatar", "post").order_by("pk")
        found = [_report_target(moderator, kind, report) for report in reports]
    else:
        people = User.objects.filter(pk__in=ids).select_related("avatar").order_by("pk")
        found = [_person_target(moderator, kind, person) for person in people]
    if not found:
        raise Http404
    return found


def _post_target(moderator: User, kind: Kind, post: Post) -> Target:
    return Target(post, post.author, post, _obstacle(moderator, post.author, fits=kind in kinds_for_post(post)))


def _report_target(moderator: User, kind: Kind, report: Report) -> Target:
    fits = report.is_open == (kind == Kind.DISMISS)
    return Target(report, report.person, report.post, _obstacle(moderator, report.person, fits=fits))


def _person_target(moderator: User, kind: Kind, person: User) -> Target:
    fits = kind in (kinds_for_owner(person) if kind in OWNER_KINDS else kinds_for_person(person))
    return Target(person, person, None, _obstacle(moderator, person, fits=fits))


def _obstacle(moderator: User, person: User, *, fits: bool) -> str:
    if not can_judge(moderator, person):
        return _("This is not yours to decide.")
    return "" if fits else _("Done already.")


def _carry_out(request: HttpRequest, decision: Decision, targets: list[Target]) -> None:
    """Decide about each, and say what became of it."""
    done = 0
    for target in targets:
        try:
            done += _once(decision, target)
        except ValidationError as error:
            messages.warning(request, f"{target.person}: {' '.join(error.messages)}")
        except PermissionDenied:
            messages.error(request, f"{target.person}: {_('This is not yours to decide.')}")
    if done:
        words = ngettext("%(verb)s: done, and written into the log.", "%(verb)s: done %(n)d times.", done)
        messages.success(request, words % {"verb": VERBS[decision.kind](), "n": done})


@transaction.atomic
def _once(decision: Decision, target: Target) -> int:
    """Decide, unless this very form was sent before; returns how many decisions were made."""
    _row, is_new = claim(decision.moderator, f"act:{decision.key}:{target.row.pk}")
    if is_new:
        _decide(decision, target)
    return int(is_new)


def _decide(decision: Decision, target: Target) -> None:
    moderator, kind, reason = decision.moderator, decision.kind, decision.reason
    if isinstance(target.row, Report):
        (dismiss_report if kind == Kind.DISMISS else reopen_report)(moderator, target.row, reason=reason)
    elif isinstance(target.row, Post):
        act(moderator, kind, post=target.row, reason=reason, report=decision.report)
    elif kind == Kind.APPOINT:
        appoint_moderator(moderator, target.person, reason=reason)
    elif kind == Kind.RETIRE:
        retire_moderator(moderator, target.person, reason=reason)
    elif kind == Kind.ERASE:
        send_away(moderator, target.person, reason=reason)
    else:
        act(moderator, kind, person=target.person, reason=reason, report=decision.report)


def _next(request: HttpRequest) -> str:
    """Return where to go afterwards: a page of the admin, and no other."""
    wanted = request.GET.get("next", "")
    home = reverse("admin:index")
    if wanted.startswith(home) and ".." not in wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return home
