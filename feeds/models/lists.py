"""Lists of people, each with a timeline of its own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import TimedModel

LISTS = 50
MEMBERS = 500
TITLE_LENGTH = 100


class RepliesPolicy(models.TextChoices):
    """Which comments of its members a list shows."""

    LIST = "list", _("Answers to people on the list")
    FOLLOWED = "followed", _("Answers to anybody I follow")
    NONE = "none", _("No answers")


class PeopleList(TimedModel):
    """People that somebody reads together. Nobody but its owner knows of it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lists", verbose_name=_("person")
    )
    title = models.CharField(_("name"), max_length=TITLE_LENGTH)
    replies_policy = models.CharField(_("answers"), max_length=8, choices=RepliesPolicy, default=RepliesPolicy.LIST)
    is_exclusive = models.BooleanField(_("keep these people out of Home"), default=False)

    class Meta:
        verbose_name = _("list of people")
        verbose_name_plural = _("lists of people")

    def __str__(self) -> str:
        return f"{self.pk}"  # its name stays out of logs and pages

    def get_absolute_url(self) -> str:
        """Return the address of its timeline."""
        return f"/lists/{self.pk}"


class ListMember(TimedModel):
    """Somebody is on a list."""

    list = models.ForeignKey(PeopleList, on_delete=models.CASCADE, related_name="members", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("person on a list")
        verbose_name_plural = _("people on lists")
        constraints = [models.UniqueConstraint(fields=["list", "person"], name="on_list_once")]
        indexes = [models.Index(fields=["list", "-id"], name="list_members")]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.list_id}"
