"""Signing up: by the page, through whose steps allauth leads, or by a program, which has no session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import consume_email_verification_rate_limit
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.urls import get_urlconf, set_urlconf

from accounts.addresses import people_at
from accounts.forms.door import SignupForm
from accounts.models import User
from accounts.services.joining import join_site
from accounts.site import current_site


def make_newcomer(person: User, data: dict[str, Any], language: str) -> User:
    """Save a new person with what a valid sign-up form says (``cleaned_data``); raises what ``join_site`` raises."""
    person.username, person.email, person.language = data["username"], data["email"], language
    person.set_password(data["password1"])
    reason, code = data.get("reason", ""), data.get("invitation", "")
    return join_site(person, door=current_site().door, reason=reason, code=code)


def sign_up(request: HttpRequest, form: SignupForm, language: str) -> User | None:
    """Make the account that a valid form of a program asks for, and send the mail that confirms its address.

    None for an address that has an account: its owner gets a mail, and it takes as long (S23).
    """
    with _as_page(request) as page:
        if form.account_already_exists:
            make_password(form.cleaned_data["password1"])
            send_confirmation(page, EmailAddress(user=None, email=form.cleaned_data["email"]), signup=True)
            return None
        with transaction.atomic():
            person = make_newcomer(User(), form.cleaned_data, language)
            address = EmailAddress.objects.create(
                user=person, email=person.email, primary=True, verified=settings.CONFIRM_AT_ONCE
            )
        send_confirmation(page, address, signup=True)
    return person


def resend_confirmation(request: HttpRequest, person: User, email: str = "") -> None:
    """Send once more the mail that confirms the address of somebody who just signed up; ``email`` is another address.

    The first address stays, and its link good, until one of them is confirmed; and without ``email`` each gets a mail.
    So all that they see is the same where ``email`` is somebody else's, who gets a mail.
    """
    with _as_page(request) as page:
        if EmailAddress.objects.filter(user=person, verified=True).exists():
            return
        addresses = [_offer(person, email)] if email else list(EmailAddress.objects.filter(user=person).order_by("pk"))
        for address in addresses:
            send_confirmation(page, address)


def send_confirmation(request: HttpRequest, address: EmailAddress, *, signup: bool = False) -> None:
    """Mail to an address that is not confirmed yet, at most every few minutes; one that is nobody's is told so."""
    if address.verified or not consume_email_verification_rate_limit(request, address.email):
        return
    if address.user_id:
        address.send_confirmation(request, signup=signup)
    else:
        get_adapter(request).send_account_already_exists_mail(address.email)


@transaction.atomic
def _offer(person: User, email: str) -> EmailAddress:
    """Return the address beside the first one, in the place of another that was; a free-standing one if it is taken."""
    EmailAddress.objects.filter(user=person, primary=False).exclude(email=email).delete()
    if any(other.pk != person.pk for other in people_at(email)):
        return EmailAddress(user=None, email=email)
    return EmailAddress.objects.get_or_create(user=person, email=email)[0]


@contextmanager
def _as_page(request: HttpRequest) -> Iterator[HttpRequest]:
    """Give a program's request as a page of a stranger would have it: mails name pages, and are made as pages are.

    Requests of programs know neither (community/lane.py).
    """
    page, of_programs = copy(request), get_urlconf()
    page.user = AnonymousUser()
    set_urlconf(None)
    try:
        with request_context(page):
            yield page
    finally:
        set_urlconf(of_programs)
