"""Writes about apps: they register, get tokens, and lose them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from oauthlib.common import generate_token

from accounts.models import User
from api.oauth.models import OUT_OF_BAND, AccessToken, Application, Grant, digest
from api.scopes import SCOPES
from api.signals import app_let_in, tokens_revoked
from events.log import announce
from notifications.push import unsubscribe

FOR_EVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""Apps of this dialect keep a token for years and never ask for a new one."""
TOKEN_LENGTH: Final = 43
UNUSED: Final = timedelta(days=7)


def register_app(
    name: str,
    redirect_uris: Iterable[str],
    scopes: Iterable[str],
    website: str = "",
    *,
    client_id: str = "",
    secret: str = "",
) -> tuple[Application, str]:
    """Take in an app and return it with its secret, which is not kept and cannot be shown again."""
    secret = secret or generate_token(TOKEN_LENGTH)
    app = Application.objects.create(
        name=name,
        website=website,
        redirect_uris="\n".join(redirect_uris),
        scopes=" ".join(scopes),
        client_id=client_id or generate_token(TOKEN_LENGTH),
        client_secret=digest(secret),
        hash_client_secret=False,  # the field would hash it once more
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
    )
    return app, secret


def own_app(name: str) -> Application:
    """Return the app under whose name this site itself hands out tokens, for scripts and tests."""
    client_id = f"site:{name}"  # nobody else can register under such a one
    app = Application.objects.filter(client_id=client_id).first()
    return app or register_app(name, [OUT_OF_BAND], SCOPES, client_id=client_id)[0]


@transaction.atomic
def issue_token(
    app: Application, person: User | None, scopes: Iterable[str], raw: str = "", *, waits: bool = False
) -> tuple[AccessToken, str]:
    """Give an app access to a person's account, or (None) to what is open to every app; returns it with its text.

    One that ``waits`` opens nothing until the person's address is confirmed (``start_tokens``), and never without one.
    """
    raw = raw or generate_token(TOKEN_LENGTH)
    scope = " ".join(scopes)
    token = AccessToken(
        application=app, user=person, scope=scope, expires=FOR_EVER, token_checksum=digest(raw), waits=waits
    )
    token.save()
    if person is not None:
        if app.approved_at is None:
            app.approved_at = timezone.now()
            Application.objects.filter(pk=app.pk, approved_at=None).update(approved_at=app.approved_at)
        announce(app_let_in, "app", actor=person, about=person, streams=[], token=token)
    return token, raw


def start_tokens(person: User) -> None:
    """Let the tokens that waited for the person's address to be confirmed open what they are for."""
    AccessToken.objects.filter(user=person, waits=True).update(waits=False)


@transaction.atomic
def revoke_waiting_tokens(person: User) -> None:
    """Take back the tokens that still wait: it is not certain that who signed up is whose address it is."""
    _revoke(AccessToken.objects.filter(user=person, waits=True))


@transaction.atomic
def revoke_token(token: AccessToken) -> None:
    """Take one token back; what it keeps open ends at once."""
    _revoke(AccessToken.objects.filter(pk=token.pk))


@transaction.atomic
def revoke_app(person: User, app: Application) -> None:
    """Take back all that a person allowed an app, codes on their way included."""
    Grant.objects.filter(user=person, application=app).delete()
    _revoke(AccessToken.objects.filter(user=person, application=app))


@transaction.atomic
def revoke_all_apps(person: User, *, but: int = 0) -> None:
    """Take back what a person allowed any app; the token with the id ``but`` stays."""
    Grant.objects.filter(user=person).delete()
    _revoke(AccessToken.objects.filter(user=person).exclude(pk=but))


@transaction.atomic
def remove_app(app: Application) -> None:
    """Take an app off the site, and with it all that people allowed it."""
    _revoke(AccessToken.objects.filter(application=app))
    app.delete()


@transaction.atomic
def forget_unused_apps() -> int:
    """Delete apps that registered a week ago without anybody letting them in since, and codes nobody fetched.

    Tokens that wait for nobody (of a sign-up with an address that has an account) go after a week as well.

    An app that works for itself alone stays as long as its token is in use. Returns how many rows went.
    """
    now = timezone.now()
    old = now - UNUSED
    in_use = AccessToken.objects.filter(application=OuterRef("pk"), last_used__gte=old.date())
    apps = Application.objects.filter(~Exists(in_use), approved_at=None, created__lt=old)
    codes = Grant.objects.filter(expires__lt=now)
    idle = AccessToken.objects.filter(user=None, waits=True, created__lt=old)
    return int(codes.delete()[0] + idle.delete()[0] + apps.delete()[0])


def _revoke(tokens: QuerySet[AccessToken]) -> None:
    """Delete the tokens and what rings by them, and say so to whoever keeps streams open for them."""
    lost: dict[User, list[int]] = {}
    for token in tokens.select_related("user").order_by("pk"):
        unsubscribe(token=str(token.pk))
        if token.user is not None:
            lost.setdefault(token.user, []).append(token.pk)
    tokens.delete()
    for person, keys in lost.items():
        announce(tokens_revoked, "revoked", actor=None, about=person, streams=[f"user:{person.pk}"], tokens=keys)
