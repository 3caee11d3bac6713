"""Facts this part hears: people who lose their place, and people who sign out of everything."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.http import follows_confirming_link
from accounts.models import User
from accounts.permissions import may_come_unconfirmed
from accounts.signals import access_revoked, person_approved, signed_out_everywhere
from api.oauth.services import revoke_all_apps, revoke_waiting_tokens, start_tokens


@receiver(access_revoked)
def end_apps_of_the_inactive(about: User, **_: Any) -> None:
    """Take back every token of somebody suspended or leaving; a new password alone leaves apps as they are.

    But not those that still wait: who has set the password anew by a mail need not be who signed up.
    """
    if about.is_active:
        revoke_waiting_tokens(about)
    else:
        revoke_all_apps(about)


@receiver(signed_out_everywhere)
def end_apps(about: User, but_token: int = 0, **_: Any) -> None:
    """Take back every token of somebody who signs out everywhere, but the one by which an app asked for it."""
    revoke_all_apps(about, but=but_token)


@receiver(person_approved)
def open_apps_without_mail(about: User, **_: Any) -> None:
    """Open the app in which somebody signed up once a moderator lets them in, where no mail could confirm them."""
    if may_come_unconfirmed(about):
        start_tokens(about)


@receiver(email_confirmed)
def settle_waiting_apps(email_address: EmailAddress, request: HttpRequest, **_: Any) -> None:
    """Open the app in which somebody signed up, once they follow the link of the mail that says so.

    Who confirms the address in passing, as by a mailed code, has not said that they signed up, and a later address says
    nothing of it either: then the app goes.
    """
    person = email_address.user
    others = EmailAddress.objects.filter(user=person, verified=True).exclude(pk=email_address.pk)
    if follows_confirming_link(request) and not others.exists():
        start_tokens(person)
    else:
        revoke_waiting_tokens(person)
