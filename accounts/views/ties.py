"""Following, blocking, muting: small writes from a button, and the page of requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import back, sign_in_required, signed_in
from accounts.models import Block, Follow, FollowRequest, Mute, User
from accounts.relations import relation
from accounts.services import ties
from accounts.services.circle import dismiss_suggestion
from core.ratelimit import limited

MUTES = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}
REQUESTS_SHOWN = 100
OWN_TIES = ((Block, "blocker", "blocked"), (Mute, "muter", "muted"), (Follow, "follower", "followee"))


@require_POST
@sign_in_required
@limited("follow")
def follow(request: HttpRequest, name: str) -> HttpResponse:
    """Follow somebody, or take it back with ``undo=1``; ``notifies`` (1 or 0) says whether to hear of every post."""
    notifies = {"1": True, "0": False}.get(request.POST.get("notifies", ""))

    def act(actor: User, person: User) -> None:
        ties.follow_person(actor, person, notifies=notifies)

    return _tie(request, name, act, ties.unfollow_person)


@require_POST
@sign_in_required
def block(request: HttpRequest, name: str) -> HttpResponse:
    """Block somebody, or take it back with ``undo=1``."""
    return _tie(request, name, ties.block_person, ties.unblock_person)


@require_POST
@sign_in_required
def mute(request: HttpRequest, name: str) -> HttpResponse:
    """Mute somebody ``for`` an hour, a day, a week or for good, or take it back with ``undo=1``."""
    span = MUTES.get(request.POST.get("for", ""))

    def act(actor: User, person: User) -> None:
        ties.mute_person(actor, person, until=timezone.now() + span if span else None)

    return _tie(request, name, act, ties.unmute_person)


@require_POST
@sign_in_required
def remove_follower(request: HttpRequest, name: str) -> HttpResponse:
    """Make somebody stop following the viewer."""
    return _tie(request, name, ties.remove_follower, ties.remove_follower)


@require_POST
@sign_in_required
def dismiss(request: HttpRequest, name: str) -> HttpResponse:
    """Never suggest somebody again; answers with nothing, in the place of their row."""
    actor = signed_in(request)
    dismiss_suggestion(actor, get_object_or_404(User.objects.visible_to(actor), username=name))
    return HttpResponse() if "HX-Request" in request.headers else back(request, "feeds:explore")


@require_safe
@sign_in_required
def follow_requests(request: HttpRequest) -> HttpResponse:
    """Who asks to follow the viewer."""
    asking = FollowRequest.objects.filter(followee=signed_in(request), follower__is_active=True)
    shown = asking.select_related("follower__avatar").order_by("-pk")[:REQUESTS_SHOWN]
    return render(request, "accounts/follow_requests.html", {"asking": shown})


@require_POST
@sign_in_required
def answer_request(request: HttpRequest, name: str) -> HttpResponse:
    """Say yes (``answer=accept``) or no to somebody who asks to follow."""
    actor = signed_in(request)
    person = get_object_or_404(User.objects.visible_to(actor), username=name)
    if request.POST.get("answer") == "accept":
        follow = ties.accept_follower(actor, person)
        said = _("%(name)s follows you now.") % {"name": person.name} if follow else _("This request is gone.")
    else:
        ties.reject_follower(actor, person)
        said = _("Declined.")
    if "HX-Request" in request.headers:
        return render(request, "accounts/_answered.html", {"said": said})
    messages.success(request, said)
    return back(request, "accounts:follow_requests")


Act = Callable[[User, User], object]


def _tie(request: HttpRequest, name: str, do: Act, undo: Act) -> HttpResponse:
    """Do or undo once; answer with the buttons as they now stand, or go back to the page."""
    actor = signed_in(request)
    is_undo = request.POST.get("undo") == "1"
    person = _find(actor, name, is_undo=is_undo)
    (undo if is_undo else do)(actor, person)
    if "HX-Request" in request.headers:
        context = {"person": person, "viewer": actor, "relation": relation(actor, person)}
        return render(request, "accounts/_tie_buttons.html", context)
    return back(request, person.get_absolute_url())


def _find(actor: User, name: str, *, is_undo: bool) -> User:
    """Return somebody the actor may see; to undo, also somebody the actor has a tie to who went out of sight."""
    reachable = Q(pk__in=User.objects.visible_to(actor).values("pk"))
    if is_undo:
        for model, mine, theirs in OWN_TIES:
            reachable |= Q(pk__in=model._default_manager.filter(**{mine: actor}).values(theirs))
    person: User | None = User.objects.filter(reachable, username=name).first()
    if person is None:
        raise Http404
    return person
