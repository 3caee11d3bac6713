"""A person with an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.names import skeleton_of
from core.ids import moment_of, new_id
from core.words import sought_in

HUES = 12
BIO_LENGTH = 500
FIELD_COUNT = 4

username_shape = RegexValidator(
    r"^[a-z0-9_]{1,30}\Z", _("Use small letters a to z, digits and underscores, at most 30.")
)


class UserQuerySet(models.QuerySet["User"]):
    """Questions about people."""

    def visible_to(self, viewer: User | None) -> Self:
        """People whose page ``viewer`` may see: everybody active who has not blocked the viewer."""
        people = self.filter(is_active=True)
        if viewer is None:
            return people
        return people.exclude(pk__in=Block.objects.filter(blocked=viewer).values("blocker"))

    def formerly(self, name: str) -> Self:
        """Whoever had that name before and gave it up; at most one, as a name stays with whom it belonged to."""
        return self.filter(former_names__name=name.lower())

    def for_display(self) -> Self:
        """The same people with what a card shows."""
        return self.select_related("avatar")


class PeopleManager(UserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Django's manager for accounts, with our questions."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person of that name; names are kept in small letters."""
        return super().get_by_natural_key((username or "").lower())  # type: ignore[no-any-return]

    def create_user(self, username: str, *args: Any, **fields: Any) -> User:
        """Make a person from code: nobody has to approve them any more."""
        fields.setdefault("approved_at", timezone.now())
        return super().create_user(username, *args, **fields)  # type: ignore[no-any-return]

    def create_superuser(self, username: str, *args: Any, **fields: Any) -> User:
        """Make an operator, as ``manage.py createsuperuser`` does."""
        fields.setdefault("approved_at", timezone.now())
        return super().create_superuser(username, *args, **fields)  # type: ignore[no-any-return]


class User(AbstractUser):
    """A person. ``is_active`` alone says whether they may act and be seen.

    It is false while an account waits for approval, is suspended, or is on its way out.
    """

    class Theme(models.TextChoices):
        AUTO = "auto", _("As my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class MediaDisplay(models.TextChoices):
        DEFAULT = "default", _("Cover sensitive media")
        SHOW_ALL = "show_all", _("Show all media")
        HIDE_ALL = "hide_all", _("Cover all media")

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(_("name"), max_length=30, unique=True, validators=[username_shape])
    skeleton = models.CharField(
        max_length=30, unique=True, null=True, editable=False, help_text=_("What the name looks like at a glance.")
    )
    renamed_at = models.DateTimeField(null=True, blank=True, editable=False)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    display_name = models.CharField(_("shown name"), max_length=60, blank=True)
    sought = models.TextField(
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("The words of the shown name, as search compares them."),
    )
    bio = models.TextField(_("about you"), max_length=BIO_LENGTH, blank=True)
    bio_html = models.TextField(blank=True, editable=False)
    fields = models.JSONField(default=list, blank=True, help_text=_("Up to four of {name, value, html}."))
    avatar = models.ForeignKey(
        "media.Attachment",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    header = models.ForeignKey(
        "media.Attachment", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("header")
    )
    is_locked = models.BooleanField(_("I decide who follows me"), default=False)
    is_bot = models.BooleanField(_("this is a bot"), default=False)
    is_discoverable = models.BooleanField(_("suggest me to others"), default=True)
    is_indexable = models.BooleanField(_("search engines may list my posts"), default=True)
    is_searchable = models.BooleanField(_("my public posts can be found by search here"), default=True, db_default=True)
    hides_ties = models.BooleanField(_("hide whom I follow and who follows me"), default=False)
    language = models.CharField(_("language"), max_length=8, blank=True)
    theme = models.CharField(_("appearance"), max_length=5, choices=Theme, default=Theme.AUTO)
    post_visibility = models.PositiveSmallIntegerField(default=0)
    post_sensitive = models.BooleanField(_("my media begin as sensitive"), default=False)
    post_language = models.CharField(_("my posts begin in"), max_length=8, blank=True)
    media_display = models.CharField(_("pictures"), max_length=8, choices=MediaDisplay, default=MediaDisplay.DEFAULT)
    opens_warnings = models.BooleanField(_("open posts with a content warning"), default=False)
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)

    join_reason = models.TextField(_("why you want to join"), max_length=500, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    is_vouched_for = models.BooleanField(
        _("let in by somebody"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("By an invitation or a moderator. Without a mail server, that stands for a confirmed address."),
    )
    limited_at = models.DateTimeField(_("limited since"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("suspended since"), null=True, blank=True)
    leaving_at = models.DateTimeField(
        _("leaves on"), null=True, blank=True, help_text=_("When the account will be erased.")
    )
    auth_epoch = models.PositiveIntegerField(
        _("times signed out everywhere"), default=0, help_text=_("Raised to end every session and socket.")
    )

    followers_count = models.PositiveIntegerField(_("followers"), default=0, editable=False)
    following_count = models.PositiveIntegerField(_("people followed"), default=0, editable=False)
    posts_count = models.PositiveIntegerField(_("posts"), default=0, editable=False)
    last_post_id = models.BigIntegerField(null=True, editable=False)
    last_active = models.DateField(_("last here"), null=True, editable=False)
    last_seen_notification = models.BigIntegerField(default=0, editable=False)

    objects: ClassVar[PeopleManager] = PeopleManager()

    password_is_new = False

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return f"@{self.username}"

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep names in small letters, what they look like, so that two people cannot be taken for each other, and
        the words by which the shown one is found.
        """
        self.username = self.username.lower()
        self.skeleton = skeleton_of(self.username)
        if update_fields is None or "display_name" in update_fields:
            self.sought = sought_in(self.display_name)
            update_fields = update_fields and {*update_fields, "sought"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def set_password(self, raw_password: str | None) -> None:
        """Remember, until the row is saved, that everything opened with the old password has to end."""
        super().set_password(raw_password)
        self.password_is_new = not self._state.adding

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """Bind a session to the password and to the epoch: raising the epoch ends every session (Django checks it)."""
        salt = "accounts.User.session"
        return salted_hmac(salt, f"{self.password}|{self.auth_epoch}", secret=secret, algorithm="sha256").hexdigest()

    @property
    def name(self) -> str:
        """The name people read."""
        return self.display_name or self.username

    @property
    def initials(self) -> str:
        """Two letters for people without a picture."""
        words = self.name.split()
        letters = words[0][:1] + words[-1][:1] if len(words) > 1 else self.name[:2]
        return letters.upper()

    @property
    def hue(self) -> int:
        """Which of twelve tints this person has (look, section 3)."""
        return int(self.pk % HUES)

    @property
    def avatar_url(self) -> str:
        """The address of the picture, or nothing; read after ``select_related("avatar")``."""
        return self.avatar.url("avatar") if self.avatar else ""

    @property
    def last_posted(self) -> date | None:
        """The day (UTC) of the person's newest post or share."""
        return moment_of(self.last_post_id).date() if self.last_post_id else None

    def get_absolute_url(self) -> str:
        """Return the address of the person's page."""
        return f"/@{self.username}"

    def following(self) -> models.QuerySet[Any, Any]:
        """Ids of the people this person follows, as a subquery."""
        return Follow.objects.filter(follower=self).values("followee")

    def apart_from(self) -> models.QuerySet[Any, Any]:
        """Ids of everybody with a block between them and this person, either way, as a subquery."""
        blocked = Block.objects.filter(blocker=self).values("blocked")
        return blocked.union(Block.objects.filter(blocked=self).values("blocker"), all=True)

    def muting(self) -> models.QuerySet[Any, Any]:
        """Ids of the people this person does not want to read now, as a subquery."""
        return Mute.objects.in_force().filter(muter=self).values("muted")

    def blocks_with(self, other: User) -> models.QuerySet[Any]:
        """Blocks between the two, either way."""
        return Block.objects.filter(Q(blocker=self, blocked=other) | Q(blocker=other, blocked=self))

    def is_apart_from(self, other: User) -> bool:
        """Whether there is a block between the two, either way."""
        return self.blocks_with(other).exists()


from accounts.models.ties import Block, Follow, Mute  # noqa: E402  (the two modules name each other)
