"""The page about the viewer and one other person: how they follow them, and what they note about them."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.person import PersonForm
from accounts.http import sign_in_required, signed_in
from accounts.models import User
from accounts.relations import relationships
from accounts.services.circle import endorse_person, unendorse_person, write_note
from accounts.services.ties import follow_person

INVALID = 422


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def you_and(request: HttpRequest, name: str) -> HttpResponse:
    """Options of a follow, a recommendation and a private note, on one form."""
    actor = signed_in(request)
    person = get_object_or_404(User.objects.visible_to(actor).for_display(), username=name)
    if person.pk == actor.pk:
        raise Http404
    tie = relationships(actor, [person])[person.pk]
    form = PersonForm(request.POST or None, person=person, tie=tie)
    if request.method == "POST" and form.is_valid():
        _save(actor, person, form)
        messages.success(request, _("Saved."))
        return redirect(person)
    context = {"form": form, "person": person, "tie": tie}
    return render(request, "accounts/you_and.html", context, status=INVALID if form.errors else 200)


@transaction.atomic
def _save(actor: User, person: User, form: PersonForm) -> None:
    data = form.cleaned_data
    write_note(actor, person, data["note"])
    if "notifies" in data:
        options = {option: data[option] for option in ("notifies", "shows_shares", "languages")}
        follow_person(actor, person, **options)
    if "endorses" in data:
        (endorse_person if data["endorses"] else unendorse_person)(actor, person)
