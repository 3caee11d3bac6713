"""The door: sign-up, invitations, and those who may not come in now."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import views as allauth_views
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.adapter import TURNED_AWAY
from accounts.models import User
from accounts.services.joining import InvitationGone, inviter_of
from accounts.services.profile import NameTaken
from accounts.services.standing import stay
from core.ratelimit import limited

TURNED_AWAY_FOR = 900  # seconds during which the page may say why


class SignupView(allauth_views.SignupView):  # type: ignore[misc]
    """Sign-up as the site's door has it."""

    def get_initial(self) -> dict[str, str]:
        """Fill in the code that an invitation's address carries."""
        initial: dict[str, str] = super().get_initial()
        return initial | {"invitation": self.request.GET.get("invitation", "")[:64]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add who invites, so that a guest knows whose door this is."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        code = self.request.POST.get("invitation") or self.request.GET.get("invitation", "")
        return context | {"inviter": inviter_of(code[:64]) if "\0" not in code else None}

    def form_valid(self, form: Form) -> HttpResponse:
        """Make the account; who was overtaken at the last moment gets the form back."""
        try:
            response: HttpResponse = super().form_valid(form)
        except InvitationGone:
            form.add_error("invitation", _("This invitation does not open the door (any more). Ask for a new one."))
        except NameTaken:
            form.add_error("username", _("Somebody was faster: this name is taken now. Choose another one."))
        except PermissionDenied:
            return redirect("account_signup")  # the door was closed meanwhile; the page says so
        else:
            return response
        invalid: HttpResponse = self.form_invalid(form)
        return invalid


signup = limited("signup")(SignupView.as_view())
reset_password = limited("reset")(allauth_views.password_reset)


@require_safe
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Follow an invitation to the form."""
    return HttpResponseRedirect(f"{reverse('account_signup')}?invitation={code}")


@require_safe
@never_cache
def turned_away(request: HttpRequest) -> HttpResponse:
    """Say why somebody who proved who they are may not come in: they wait, are suspended, or are leaving."""
    person = _turned_away(request)
    return render(request, "account/account_inactive.html", {"person": person})


@require_POST
def keep_account(request: HttpRequest) -> HttpResponse:
    """Stop leaving: for somebody who logged in again within the two weeks."""
    person = _turned_away(request)
    if person is None or person.leaving_at is None:
        return redirect("account_login")
    try:
        stay(person)
    except User.DoesNotExist:  # too late: the account was erased meanwhile
        return redirect("account_login")
    del request.session[TURNED_AWAY]
    messages.success(request, _("Your account stays. Sign in once more."))
    return redirect("account_login")


def _turned_away(request: HttpRequest) -> User | None:
    """Return who proved in this session, a moment ago, who they are."""
    noted = request.session.get(TURNED_AWAY) or {}
    if time.time() - noted.get("at", 0) > TURNED_AWAY_FOR:
        return None
    person: User | None = User.objects.filter(pk=noted.get("person")).first()
    return person
