"""Apps, what people allow them, and the codes in between: django-oauth-toolkit's models in our shape.

Tokens and secrets are long and random, so SHA-256 keeps them as safe at rest as a slow hash would, and is looked up
by an index. Nobody can read them back, not from the database and not from a backup.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractAccessToken, AbstractApplication, AbstractGrant

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect address of programs that have none: the page shows the code to copy."""


def digest(secret: str) -> str:
    """Return what is kept of a token or a secret."""
    return sha256(secret.encode()).hexdigest()


class Application(AbstractApplication):  # type: ignore[misc]
    """An app as it registered itself. Anybody may register anything: the name is a claim, not a fact."""

    user = None  # an app belongs to nobody here
    website = models.CharField(_("website"), max_length=2000, blank=True)
    scopes = models.TextField(_("scopes"), default="read", help_text=_("What it may ask people for."))
    approved_at = models.DateTimeField(
        _("first let in"), null=True, blank=True, help_text=_("When a person first gave it access.")
    )

    class Meta:
        verbose_name = _("app")
        verbose_name_plural = _("apps")

    @property
    def addresses(self) -> list[str]:
        """Where it may be sent back to, each byte for byte."""
        return list(self.redirect_uris.split())

    @property
    def registered(self) -> frozenset[str]:
        """The scopes it may ask for."""
        return frozenset(self.scopes.split())

    def redirect_uri_allowed(self, uri: str) -> bool:
        """Whether this is one of its addresses; compared as a whole."""
        return uri in self.addresses

    def allows_grant_type(self, *grant_types: str) -> bool:
        """Every app may use every way in that this site has (api/oauth/server.py)."""
        return True

    def clean(self) -> None:
        """Nothing to check: apps are only made by ``register_app``."""


class AccessToken(AbstractAccessToken):  # type: ignore[misc]
    """What an app holds: for a person, or for itself alone (``user`` is empty). It lasts until it is taken back."""

    token = None  # the text itself is never kept
    source_refresh_token = None
    id_token = None
    resource = None
    updated = None
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    last_used = models.DateField(_("last used"), null=True, blank=True)
    waits = models.BooleanField(
        _("waits"),
        default=False,
        db_default=False,  # a version of before, which still runs while this one starts, knows nothing of it
        help_text=_("Until the address of somebody who signed up is confirmed."),
    )

    class Meta:
        verbose_name = _("access of an app")
        verbose_name_plural = _("accesses of apps")

    def __str__(self) -> str:
        return f"{self.application} ({self.scope})"

    @cached_property
    def granted(self) -> frozenset[str]:
        """The scopes it was given."""
        return frozenset(self.scope.split())


class Grant(AbstractGrant):  # type: ignore[misc]
    """A code on its way from the consent page to the app; good once, for a few minutes."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("code for an app")
        verbose_name_plural = _("codes for apps")


class NoRefreshToken(models.Model):
    """Stands where the toolkit asks for a model of refresh tokens. None are given out, so there is no table."""

    class Meta:
        managed = False

    def __str__(self) -> str:
        return "none"


class NoOtherToken(models.Model):
    """The same for OpenID's tokens and for codes of televisions."""

    class Meta:
        managed = False

    def __str__(self) -> str:
        return "none"
