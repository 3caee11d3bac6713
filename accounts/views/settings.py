"""The pages on which people arrange themselves here."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.settings import PreferencesForm, PrivacyForm, ProfileForm, RenameForm
from accounts.http import signed_in
from accounts.models import Block, Mute, User
from accounts.services import profile as services
from core.http import one_file
from core.ratelimit import limited
from media.services import receive_file

PLACES = ("avatar", "header")
INVALID = 422
SHOWN = 200
either = require_http_methods(["GET", "HEAD", "POST"])


@either
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, words, fields and pictures; a picture that is refused costs no typed word."""
    person = signed_in(request)
    form = ProfileForm(request.POST or None, person=person)
    refused = _take_pictures(request, person)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.change_profile(
            person, display_name=data["display_name"], bio=data["bio"], fields=form.pairs(), is_bot=data["is_bot"]
        )
        for place in PLACES:
            services.describe_picture(person, place, data[f"{place}_description"])
        if not refused:
            messages.success(request, _("Saved."))
            return redirect("accounts:settings")
    status = INVALID if refused or form.errors else 200
    return render(request, "accounts/settings_profile.html", {"form": form, "refused": refused}, status=status)


@require_POST
@login_required
def picture(request: HttpRequest, place: str) -> HttpResponse:
    """Take a picture away."""
    if place not in PLACES:
        raise Http404
    services.change_picture(signed_in(request), place, None)
    messages.success(request, _("Removed."))
    return redirect("accounts:settings")


@either
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Language, appearance and keys; the ways to another name, address and password."""
    person = signed_in(request)
    form = PreferencesForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        services.change_preferences(person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:settings_account")
    return _page(request, "accounts/settings_account.html", form)


@either
@login_required
@limited("follow")
def rename(request: HttpRequest) -> HttpResponse:
    """Another name in the address."""
    person = signed_in(request)
    form = RenameForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid() and _rename(person, form):
        messages.success(request, _("Your name is @%(name)s now.") % {"name": person.username})
        return redirect("accounts:settings_account")
    return _page(request, "accounts/settings_name.html", form, again=services.may_rename_at(person))


@either
@login_required
def privacy(request: HttpRequest) -> HttpResponse:
    """Who follows, who finds, who reads by default."""
    person = signed_in(request)
    form = PrivacyForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        services.change_preferences(person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("accounts:settings_privacy")
    return _page(request, "accounts/settings_privacy.html", form)


@require_safe
@login_required
def apart(request: HttpRequest) -> HttpResponse:
    """Whom the person has muted and blocked, each with the way back."""
    person = signed_in(request)
    mutes = Mute.objects.in_force().filter(muter=person).select_related("muted__avatar").order_by("-pk")
    blocks = Block.objects.filter(blocker=person).select_related("blocked__avatar").order_by("-pk")
    context = {"mutes": mutes[:SHOWN], "blocks": blocks[:SHOWN]}
    return render(request, "accounts/settings_apart.html", context)


def _page(request: HttpRequest, template: str, form: BaseForm, **context: object) -> HttpResponse:
    return render(request, template, {"form": form} | context, status=INVALID if form.errors else 200)


def _rename(person: User, form: RenameForm) -> bool:
    try:
        services.rename_person(person, form.cleaned_data["username"])
    except ValidationError as refused:
        form.add_error("username", refused)
    return not form.errors


def _take_pictures(request: HttpRequest, person: User) -> dict[str, str]:
    """Put the pictures that came with the form in their places; return why those that were refused were."""
    refused: dict[str, str] = {}
    for place in PLACES:
        try:
            file = one_file(request, place)
            if file is not None:
                services.change_picture(person, place, receive_file(person, file, purpose=place))
        except ValidationError as error:
            refused[place] = " ".join(error.messages)
    return refused
