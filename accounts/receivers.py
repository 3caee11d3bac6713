"""Facts this room hears: logins, new passwords, changed second factors, people let in."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.services.presence import note_presence
from accounts.services.standing import end_access
from accounts.signals import person_approved
from accounts.tasks import mail_approval


@receiver(user_logged_in)
def note_login(request: HttpRequest, user: User, **_: Any) -> None:
    """Begin counting the session's activity now, and the person among those who are here today."""
    request.session["seen"] = int(time.time())
    note_presence(user)


@receiver(post_save, sender=User)
def end_access_after_new_password(instance: User, **_: Any) -> None:
    """End what was opened with the old password, whoever changed it: form, reset, admin or command line (S19).

    allauth then gives the session that changed it a fresh key, so only that one lives on.
    """
    if instance.password_is_new:
        instance.password_is_new = False
        end_access(instance)


@receiver([authenticator_added, authenticator_removed], sender=Authenticator)
def end_other_access(request: HttpRequest, user: User, **_: Any) -> None:
    """End every session but this one when a second factor comes or goes."""
    end_access(user)
    if request.user.is_authenticated and request.user.pk == user.pk:
        update_session_auth_hash(request, user)
        UserSession.objects.create_from_request(request)


@receiver(person_approved)
def tell_approved(about: User, **_: Any) -> None:
    """Write to somebody who was let in."""
    mail_approval.enqueue(about.pk)
