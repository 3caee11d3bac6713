"""Signing up from an app. The door is the page's: the same form, the same service, the same mails."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts import newcomers
from accounts.forms.door import EMAIL_LENGTH, SignupForm
from accounts.models import Site, User
from accounts.permissions import may_come_unconfirmed
from accounts.services.joining import InvitationGone
from accounts.services.profile import NameTaken
from accounts.site import current_site
from api.endpoint import APP, NEWCOMER, Call, endpoint, spoken
from api.errors import BAD_TOKEN, Refused
from api.fields import Flag, Params, Text
from api.limits import address_key, count_for
from api.oauth.described import Token
from api.oauth.services import issue_token

# What a field of the form is called here, and what the dialect calls what is wrong with it.
FIELDS: Final = {"password1": "password", "invitation": "invite_code"}
CODES: Final = {
    "required": "ERR_BLANK",
    "taken": "ERR_TAKEN",
    "reserved": "ERR_RESERVED",
    "max_length": "ERR_TOO_LONG",
    "min_length": "ERR_TOO_SHORT",
    "password_too_short": "ERR_TOO_SHORT",
}
CONFIRMED: Final = "This method is only available while the e-mail is awaiting confirmation"


class Form(SignupForm):
    """The form of the page, and the consent that there is given by pressing the button."""

    agreement = forms.BooleanField(
        error_messages={"required": gettext_lazy("You have to agree to the house rules first.")}
    )


class Newcomer(Params):
    """Who wants to join."""

    username = Text(help_text="How others will call them.")
    email = Text(help_text="Where the mail goes that confirms it.")
    password = Text()
    agreement = Flag(help_text="Whether they agree to the house rules.")
    locale = Text(help_text="The language of mails and pages; the nearest that the site speaks.")
    reason = Text(help_text="Why, where moderators decide.")
    invite_code = Text(help_text="The code of an invitation, where one is needed.")


class Confirmation(Params):
    """Where to."""

    email = serializers.EmailField(required=False, max_length=EMAIL_LENGTH, help_text="Another address than before.")


@endpoint("POST", "api/v1/accounts", "write:accounts", who=APP, takes=Newcomer, gives=Token)
def sign_up(call: Call) -> Token:
    """Sign up. The token opens nothing until the address is confirmed, and the person was let in where they must ask.

    What is wrong is said for each parameter in `details`.
    """
    request, said = call.request._request, call.params
    count_for(request, address_key(request), "api-signup")
    form = Form(_filled(said))
    try:
        if current_site().door == Site.Door.CLOSED:
            raise PermissionDenied
        person = newcomers.sign_up(request, form, spoken(said.get("locale", ""))) if form.is_valid() else None
    except InvitationGone:
        form.add_error("invitation", _("This invitation does not open the door (any more). Ask for a new one."))
    except NameTaken:
        sentence = _("Somebody was faster: this name is taken now. Choose another one.")
        form.add_error("username", ValidationError(sentence, code="taken"))
    if form.errors:
        raise _refused(form)
    return _token(call, person)


@endpoint("POST", "api/v1/emails/confirmations", "write:accounts", who=NEWCOMER, takes=Confirmation, limit="confirm")
def confirm_again(call: Call) -> dict[str, str]:
    """Send the mail that confirms the address once more, or to another address."""
    request = call.request._request
    count_for(request, address_key(request), "api-confirm")
    if call.token is None or not call.token.waits:
        raise Refused(403, CONFIRMED)
    if call.viewer is not None:
        newcomers.resend_confirmation(request, call.viewer, call.params.get("email", "").lower())
    return {}


@endpoint("GET", "api/v1/emails/check_confirmation", "read:accounts", who=NEWCOMER, gives=bool)
def is_confirmed(call: Call) -> bool:
    """Whether the person's address is confirmed."""
    return call.token is not None and not call.token.waits


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters under the names that the form has for them."""
    names = {here: there for there, here in FIELDS.items()}
    return {names.get(name, name): value for name, value in said.items()}


def _token(call: Call, person: User | None) -> Token:
    """Return a token as the way by a code gives it; it waits for nobody where the address has an account already."""
    app = call.token.application if call.token else None
    if app is None:
        raise Refused(401, BAD_TOKEN)
    is_known = person is not None and (settings.CONFIRM_AT_ONCE or may_come_unconfirmed(person))
    kept, raw = issue_token(app, person, app.scopes.split(), waits=not is_known)
    created = int(kept.created.timestamp())
    return {"access_token": raw, "token_type": "Bearer", "scope": kept.scope, "created_at": created}


def _refused(form: Form) -> Refused:
    details = {
        FIELDS.get(name, name): [{"error": _code(name, one), "description": " ".join(one.messages)} for one in wrong]
        for name, wrong in form.errors.as_data().items()
    }
    sentences = [fault["description"] for faults in details.values() for fault in faults]
    return Refused(422, f"Validation failed: {' '.join(sentences)}", details=details)


def _code(name: str, wrong: ValidationError) -> str:
    return "ERR_ACCEPTED" if name == "agreement" else CODES.get(wrong.code or "", "ERR_INVALID")
