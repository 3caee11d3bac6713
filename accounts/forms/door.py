"""What people fill in at the door, on top of allauth's forms."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as door
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.addresses import people_at
from accounts.forms.fields import NameField, TextField
from accounts.models import Site, User
from accounts.services.joining import is_good_invitation
from accounts.site import current_site

EMAIL_LENGTH = 254  # RFC 5321, and what the table holds
PASSWORD_LENGTH = 1000


class LoginForm(door.LoginForm):  # type: ignore[misc]
    """A name or an address, and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, login=_("E-mail or name"), password=_("Password"), remember=_("Stay signed in on this device"))
        login = self.fields["login"]
        limit(login, EMAIL_LENGTH)
        login.widget.attrs |= {"autocomplete": "username webauthn", "autocapitalize": "none", "spellcheck": "false"}
        self.fields["password"].widget.attrs["class"] = "input"
        self.fields["remember"].initial = True

    def clean_login(self) -> str:
        """Names are kept in small letters, and people type an @ before them."""
        return str(super().clean_login()).removeprefix("@").lower()

    def add_error(self, field: str | None, error: Any) -> None:
        """Say beside the password what is wrong with it."""
        if field is None and getattr(error, "code", "").endswith("_password_mismatch"):
            field = "password"
        super().add_error(field, error)


class SignupForm(door.SignupForm):  # type: ignore[misc]
    """A new account, with what the door asks for: a reason, or an invitation."""

    reason = TextField(
        label=_("Why would you like to join?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 500}),
        help_text=_("One or two sentences. The moderators read it."),
    )
    invitation = forms.CharField(label=_("Invitation code"), max_length=64)

    field_order = ["invitation", "username", "email", "password1", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = NameField()
        dress(self, email=_("E-mail address"), password1=_("Password"))
        self.fields["password1"].help_text = _("At least 10 characters. A sentence is good.")
        self.fields["invitation"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        self._suit(current_site().door)
        self.order_fields(self.field_order)

    def clean_username(self) -> str:
        """Return the name; its field has checked all there is."""
        return str(self.cleaned_data["username"])

    def clean_invitation(self) -> str:
        """Return the code; an unknown one and one that is used up are told apart by nobody."""
        code = str(self.cleaned_data["invitation"]).strip()
        if code and not is_good_invitation(code):
            raise ValidationError(_("This invitation does not open the door (any more). Ask for a new one."))
        return code

    def clean(self) -> dict[str, Any]:
        """With an invitation nobody has to give a reason."""
        data: dict[str, Any] = super().clean()
        if data.get("invitation") and "reason" in self.errors and not self.data.get("reason"):
            del self.errors["reason"]
        return data

    def validate_unique_email(self, value: str) -> str:
        """Note whether the address leads into an account, whose owner then gets a mail; the answer tells nobody.

        Where no mail arrives and somebody lets people in, an address is only noted down: it may be another's as well.
        """
        is_only_noted = settings.MAIL_IN_FOLDER and current_site().door != Site.Door.OPEN
        self.account_already_exists = not is_only_noted and bool(people_at(value))
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account; for an address that has one, take as long and answer the same (S23)."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        user, response = super().try_save(request)
        return user, response

    def _suit(self, kind: str) -> None:
        """Ask only for what this door wants to know."""
        if kind != Site.Door.APPROVAL:
            del self.fields["reason"]
        if kind not in (Site.Door.APPROVAL, Site.Door.INVITATION):
            del self.fields["invitation"]
        elif kind == Site.Door.APPROVAL:
            self.fields["invitation"].required = False
            self.fields["invitation"].label = _("Invitation code, if you have one")


class ResetPasswordForm(door.ResetPasswordForm):  # type: ignore[misc]
    """Where to send the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, email=_("E-mail address"))

    def clean_email(self) -> str:
        """Take note of whose account the address leads into; suspended people have none to get into."""
        email = str(super().clean_email())
        self.users = [person for person in people_at(email) if person.is_active]
        return email


class RequestLoginCodeForm(door.RequestLoginCodeForm):  # type: ignore[misc]
    """Where to send the code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, email=_("E-mail address"))

    def clean_email(self) -> str:
        """Take note of whose account the address leads into."""
        email = str(super().clean_email())
        self._user = next((person for person in people_at(email) if person.is_active), None)
        return email


class ConfirmLoginCodeForm(door.ConfirmLoginCodeForm):  # type: ignore[misc]
    """The code from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, code=_("Code from the mail"))
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "spellcheck": "false"}


class NewPasswordForm(door.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password after the old one was forgotten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress_new_password(self)


class ChangePasswordForm(door.ChangePasswordForm):  # type: ignore[misc]
    """A new password instead of the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, oldpassword=_("Your password until now"))
        _dress_new_password(self)


class SetPasswordForm(door.SetPasswordForm):  # type: ignore[misc]
    """A first password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress_new_password(self)


class ReauthenticateForm(door.ReauthenticateForm):  # type: ignore[misc]
    """The password, once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, password=_("Password"))


class ChangeEmailForm(door.AddEmailForm):  # type: ignore[misc]
    """A new address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, email=_("New e-mail address"))


def dress(form: forms.BaseForm, **labels: Any) -> None:
    """Give fields our labels and limits; allauth's placeholders, which repeat the label, go."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name in labels:
            field.label = labels[name]
            field.help_text = ""
        if isinstance(field.widget, forms.PasswordInput):
            limit(field, PASSWORD_LENGTH)
        elif name == "email":
            limit(field, EMAIL_LENGTH)


def limit(field: forms.Field, length: int) -> None:
    """Let a field take at most ``length`` characters: allauth's fields have no limit."""
    field.validators.append(MaxLengthValidator(length))
    field.widget.attrs["maxlength"] = length


def _dress_new_password(form: forms.BaseForm) -> None:
    dress(form, password1=_("New password"), password2=_("New password, once more"))
    form.fields["password1"].help_text = _("At least 10 characters. A sentence is good.")
