"""How allauth behaves here: who is let in, what is said, and where mails and redirects lead."""

from __future__ import annotations

import time
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification import send_verification_email_at_login
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress, Login
from allauth.core import context
from allauth.core.internal.ratelimit import get_cache_key, parse_rates
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.addresses import is_proposal
from accounts.devices import device_of
from accounts.http import is_own_address
from accounts.models import Site, User
from accounts.newcomers import make_newcomer
from accounts.site import current_site
from core.ratelimit import RateLimited, client_address

TURNED_AWAY: Final = "turned-away"  # in the session: who proved who they are, but may not come in
MISMATCH: Final = _("That password does not fit this name. Check caps lock, or let us send you a code.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The door of the site."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": MISMATCH,
        "email_password_mismatch": MISMATCH,
        "incorrect_password": _("That is not your password. Check caps lock."),
        "incorrect_code": _("That code does not fit. Codes are short-lived: take the newest one."),
        "enter_current_password": _("That is not your password. Check caps lock."),
        "duplicate_email": _("This address is yours already."),
        "unverified_primary_email": _("Confirm your e-mail address first."),
        "rate_limited": _("That was a lot at once. Try again in a minute."),
    }

    # --- who comes in -----------------------------------------------------------------------------------------------
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether the site takes anybody at all."""
        return current_site().door != Site.Door.CLOSED

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        """Make the account as the door says; InvitationGone when somebody else used the last use meanwhile."""
        newcomer = make_newcomer(user, form.cleaned_data, getattr(request, "LANGUAGE_CODE", ""))
        record_authentication(request, newcomer, method="password")
        return newcomer

    def is_email_verified(self, request: HttpRequest, email: str) -> bool:
        """Whether an address needs no confirmation: nowhere but on a throw-away site for tests."""
        return settings.CONFIRM_AT_ONCE

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address; one that takes the place of another only for whoever is signed in to the account, as the
        mail to a mistyped one is read by a stranger.
        """
        if is_proposal(email_address) and request.user.pk != email_address.user_id:
            said = _("Sign in as @%(name)s first, then say once more that the new address is yours.")
            messages.warning(request, said % {"name": email_address.user.username})
            return False
        return bool(super().confirm_email(request, email_address))

    def pre_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse | None:
        """Turn those away who may not act; who just signed up and waits for approval confirms their address first."""
        if user.is_active:
            return None
        clear_login(request)
        if hooks.get("signup"):
            login = Login(user=user, email=user.email, signup=True)
            send_verification_email_at_login(request, login)
            response: HttpResponse = self.respond_email_verification_sent(request, user)
            return response
        return self.respond_user_inactive(request, user)

    def get_login_stages(self) -> list[str]:
        """Return the steps of signing in, with our own way to ask for a confirmed address."""
        ours = {"allauth.account.stages.EmailVerificationStage": "accounts.stages.ConfirmationStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Lead to the page that says why; it knows who proved to be whom from the session alone."""
        request.session[TURNED_AWAY] = {"person": user.pk, "at": int(time.time())}
        return HttpResponseRedirect(reverse("account_inactive"))

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Lead who waits for approval to the page that says so, and who has to sign in to confirm there and back."""
        if not email_address.user.is_active:
            response = self.respond_user_inactive(self.request, email_address.user)
            return str(response.headers["Location"])
        if is_proposal(email_address):
            return f"{reverse('account_login')}?{urlencode({'next': self.request.path}, safe='/:')}"
        return str(super().get_email_verification_redirect_url(email_address))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try; too many answer 429 with the time to wait instead of a sentence in the form."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            key = self._get_login_attempts_cache_key(request, **credentials)
            raise RateLimited("login_failed", _seconds_to_wait(request, "login_failed", key)) from None

    # --- addresses --------------------------------------------------------------------------------------------------
    def is_safe_url(self, url: str | None) -> bool:
        """Whether a page may send people to ``url``: only to the host that was asked."""
        return bool(url) and is_own_address(context.request, str(url))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return where a request comes from, past proxies of ours only."""
        return client_address(request)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Return the name; the forms' own field has checked it."""
        return username

    # --- mail -------------------------------------------------------------------------------------------------------
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail whose links carry the configured origin, whatever host was asked for (S27)."""
        links = {key: at_home(value) for key, value in context.items() if key.endswith("_url")}
        site = current_site()
        extra = {"site": site, "current_site": {"name": site.name, "domain": urlsplit(settings.SITE_URL).netloc}}
        super().send_mail(template_prefix, email, context | links | extra)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell a person what changed; of who never came in, the address of before may be any stranger's."""
        if template_prefix != "account/email/email_changed" or user.last_login:
            super().send_notification_mail(template_prefix, user, context, email)

    def format_email_subject(self, subject: str) -> str:
        """Return the subject with the site's name before it."""
        return f"{current_site().name}: {subject}"


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Passkeys and codes carry the community's own name."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code does not fit. Codes are short-lived: take the newest one."),
    }

    def get_totp_issuer(self) -> str:
        """Return the name an authenticator app shows."""
        return current_site().name

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """Return a first name for a passkey: the device it is made on."""
        device = device_of(context.request.headers.get("user-agent", ""))
        if not all(device):
            return str(_("A passkey"))
        return str(_("%(browser)s on %(system)s")) % {"browser": device.browser, "system": device.system}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return for whom passkeys are made: the host that was asked, under the site's name."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": current_site().name}


def at_home(address: str) -> str:
    """Return ``address`` on the configured origin."""
    parts = urlsplit(address)
    return settings.SITE_URL + parts.path + (f"?{parts.query}" if parts.query else "")


def _seconds_to_wait(request: HttpRequest, action: str, key: str) -> int:
    """Return when the fullest of allauth's counters for ``action`` takes another try."""
    now, waits = time.time(), [1.0]
    for rate in parse_rates(app_settings.RATE_LIMITS.get(action)):
        name = get_cache_key(request, app="allauth.account", action=action, rate=rate, key=key)
        tries: list[float] = cache.get(name, [])
        if len(tries) >= rate.amount:
            waits.append(tries[rate.amount - 1] + rate.duration - now)
    return max(1, round(max(waits) + 0.5))
