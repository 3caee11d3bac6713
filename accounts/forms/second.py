"""Second factors and passkeys, on top of allauth's forms."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.forms.door import dress, limit

# What the parsers of allauth and fido2 raise for a credential that no browser made.
NONSENSE = (TypeError, ValueError, KeyError, AttributeError, IndexError)
REFUSED = _("This device's answer could not be read. Try again.")


class AuthenticateForm(base.AuthenticateForm):  # type: ignore[misc]
    """The code at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, code=_("Code from the app, or a recovery code"))


class ReauthenticateForm(base.ReauthenticateForm):  # type: ignore[misc]
    """The code, once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, code=_("Code from the app, or a recovery code"))


class ActivateTOTPForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, code=_("Code that the app shows now"))
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": 6}


class AddWebAuthnForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey or security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, name=_("What to call it"), passwordless=_("Sign in with it alone, without a password"))
        limit(self.fields["name"], 100)
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _("Needs a fingerprint, a face or a PIN on the device.")

    def clean(self) -> dict[str, Any]:
        """Refuse what no browser sends."""
        try:
            data: dict[str, Any] = super().clean()
        except ValidationError:
            raise
        except NONSENSE:
            raise ValidationError(REFUSED) from None
        return data


class EditWebAuthnForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, name=_("What to call it"))
        limit(self.fields["name"], 100)


class _ReadCredential:
    """Refuses credentials that no browser sends with a sentence."""

    def clean_credential(self) -> Any:
        """Return the authenticator the credential belongs to."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            raise
        except NONSENSE:
            raise ValidationError(REFUSED) from None


class LoginWebAuthnForm(_ReadCredential, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """Sign-in with a passkey."""


class AuthenticateWebAuthnForm(_ReadCredential, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A key as the second factor."""


class ReauthenticateWebAuthnForm(_ReadCredential, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A key, once more."""
