"""What people say about themselves, and how the site treats them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import NameField, TextField
from accounts.models import User
from accounts.models.user import BIO_LENGTH, FIELD_COUNT
from accounts.services.profile import DESCRIPTION_LENGTH
from core.languages import language_names

FIELD_LENGTH = 255
VISIBILITIES = [(0, _("Public")), (1, _("Public, but not in the timelines of this place")), (2, _("Followers only"))]


class DescriptionField(TextField):
    """What a picture shows."""

    def __init__(self) -> None:
        super().__init__(
            label=_("What it shows"),
            max_length=DESCRIPTION_LENGTH,
            required=False,
            help_text=_("For people who do not see it."),
        )


def post_languages() -> list[tuple[str, Any]]:
    """Return what a post may begin in."""
    return [("", _("The language of these pages")), *language_names()]


class ProfileForm(forms.Form):
    """Name, words and four free fields."""

    display_name = TextField(
        label=_("Name people read"), max_length=60, required=False, help_text=_("As you would sign a letter.")
    )
    bio = TextField(
        label=_("About you"),
        max_length=BIO_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": BIO_LENGTH}),
    )
    header_description = DescriptionField()
    avatar_description = DescriptionField()
    is_bot = forms.BooleanField(
        label=_("This account is a bot"), required=False, help_text=_("Its posts come from a program.")
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        initial = {"display_name": person.display_name, "bio": person.bio, "is_bot": person.is_bot}
        for place in ("avatar", "header"):
            picture = getattr(person, place)
            initial[f"{place}_description"] = picture.description if picture else ""
        for n, row in enumerate(person.fields[:FIELD_COUNT]):
            initial |= {f"name_{n}": row.get("name", ""), f"value_{n}": row.get("value", "")}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for n in range(FIELD_COUNT):
            self.fields[f"name_{n}"] = TextField(label=_("Label"), max_length=60, required=False)
            self.fields[f"value_{n}"] = TextField(label=_("Content"), max_length=FIELD_LENGTH, required=False)

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The four pairs of inputs."""
        return [(self[f"name_{n}"], self[f"value_{n}"]) for n in range(FIELD_COUNT)]

    def pairs(self) -> list[tuple[str, str]]:
        """The four pairs as typed; after validation."""
        return [(self.cleaned_data[f"name_{n}"], self.cleaned_data[f"value_{n}"]) for n in range(FIELD_COUNT)]


class PrivacyForm(forms.ModelForm[User]):
    """Who follows, who finds, who reads by default."""

    post_visibility = forms.TypedChoiceField(
        label=_("Your posts begin as"), choices=VISIBILITIES, coerce=int, widget=forms.RadioSelect
    )

    class Meta:
        model = User
        fields = ["is_locked", "is_discoverable", "is_indexable", "is_searchable", "hides_ties", "post_visibility"]
        labels = {
            "is_locked": _("I decide who follows me"),
            "is_discoverable": _("Suggest me to others"),
            "is_indexable": _("Search engines may list my posts"),
            "is_searchable": _("My public posts can be found by search here"),
            "hides_ties": _("Hide whom I follow and who follows me"),
        }
        help_texts = {
            "is_locked": _("Whoever wants to follow asks first."),
            "is_discoverable": _("You may stand among the people to meet, and search engines may list your page."),
            "is_indexable": _("Only what you post for everybody."),
            "is_searchable": _(
                "Without it, only those find them whom they mention and who liked or saved them. "
                "What is not for everybody is never found by others."
            ),
            "hides_ties": _("Others see how many they are, not who."),
        }


class PreferencesForm(forms.ModelForm[User]):
    """Language, appearance, keys."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("As my browser")), *settings.LANGUAGES], required=False
    )
    theme = forms.ChoiceField(label=_("Appearance"), choices=User.Theme, widget=forms.RadioSelect)
    media_display = forms.ChoiceField(
        label=_("Pictures and films of others"), choices=User.MediaDisplay, widget=forms.RadioSelect
    )
    post_language = forms.ChoiceField(label=_("Your posts begin in"), choices=post_languages, required=False)

    class Meta:
        model = User
        fields = [
            "language", "theme", "shortcuts", "media_display", "opens_warnings", "post_language", "post_sensitive"
        ]  # fmt: skip
        labels = {
            "shortcuts": _("Keyboard shortcuts"),
            "opens_warnings": _("Open posts that carry a content warning"),
            "post_sensitive": _("Cover the media of my posts until somebody asks for them"),
        }
        help_texts = {
            "shortcuts": _("j and k walk through posts, ? shows the others."),
            "post_sensitive": _("You can change it in each post."),
        }


class RenameForm(forms.Form):
    """Another name in the address."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"username": person.username}
        super().__init__(*args, **kwargs)
        self.fields["username"] = NameField(person=person)


class InvitationForm(forms.Form):
    """A new code."""

    note = TextField(label=_("For whom?"), max_length=100, required=False, help_text=_("Only you see this."))
    uses = forms.IntegerField(label=_("How many people"), min_value=1, max_value=100, initial=1)
    days = forms.TypedChoiceField(
        label=_("Good for"),
        choices=[(7, _("A week")), (30, _("A month")), (0, _("Until it is used up"))],
        coerce=int,
        initial=7,
    )


class LeaveForm(forms.Form):
    """The last word, and the password."""

    password = forms.CharField(label=_("Your password"), max_length=1000, strip=False, required=False)
    sure = forms.BooleanField(label=_("Yes, delete my account and all I posted"))

    def __init__(self, *args: Any, person: User, asks_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password"].widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        if not asks_password:
            del self.fields["password"]

    def clean_password(self) -> str:
        """Return the password when it is the right one."""
        password = str(self.cleaned_data["password"])
        if not self.person.check_password(password):
            raise forms.ValidationError(_("That is not your password. Check caps lock."))
        return password
