"""Facts this room hears: logins, new passwords, changed second factors, people let in."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.http import follows_confirming_link
from accounts.models import User
from accounts.services.presence import note_presence
from accounts.services.sessions import start_afresh
from accounts.services.standing import end_access
from accounts.signals import person_approved
from accounts.tasks import mail_approval


@receiver(user_logged_in)
def note_login(request: HttpRequest, user: User, **__: Any) -> None:
    """Begin counting the session's activity now, and the person among those who are here today."""
    request.session["seen"] = int(time.time())
    note_presence(user)


@receiver(post_save, sender=User)
def end_access_after_new_password(instance: User, **__: Any) -> None:
    """End what was opened with the old password, whoever changed it: form, reset, admin or command line (S19).

    allauth then gives the session that changed it a fresh key, so only that one lives on.
    """
    if instance.password_is_new:
        instance.password_is_new = False
        end_access(instance)


@receiver(email_confirmed)
def end_what_strangers_opened(email_address: EmailAddress, request: HttpRequest, **__: Any) -> None:
    """Leave the account to whoever proves by a mailed code that its address is theirs, and to nobody else.

    Anybody may have signed up with it. Who gave the password in this browser before is no stranger and keeps it; and
    past a second factor, which only a confirmed address can have, no code leads.
    """
    person = email_address.user
    known = {record["method"] for record in get_authentication_records(request, person)}
    if follows_confirming_link(request) or "password" in known or is_mfa_enabled(person):
        return
    start_afresh(person)
    messages.warning(
        request,
        _("The password of this account does not hold any more: it may not have been you who chose it. Set a new one."),
    )


@receiver([authenticator_added, authenticator_removed], sender=Authenticator)
def end_other_access(request: HttpRequest, user: User, **__: Any) -> None:
    """End every session but this one when a second factor comes or goes."""
    end_access(user)
    if request.user.is_authenticated and request.user.pk == user.pk:
        update_session_auth_hash(request, user)
        UserSession.objects.create_from_request(request)


@receiver(person_approved)
def tell_approved(about: User, **__: Any) -> None:
    """Write to somebody who was let in."""
    mail_approval.enqueue(about.pk)
