"""How somebody describes their podcast. Without a row, or where it is empty, it speaks for itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TITLE_LENGTH = 150
DESCRIPTION_LENGTH = 1000  # characters; directories take 4,000 bytes, and a character may have four


class Category(models.TextChoices):
    """What directories sort podcasts by: Apple's categories, under their names."""

    JOURNAL = "", _("Personal journals")
    ARTS = "Arts", _("Arts")
    BUSINESS = "Business", _("Business")
    COMEDY = "Comedy", _("Comedy")
    EDUCATION = "Education", _("Education")
    FICTION = "Fiction", _("Fiction")
    GOVERNMENT = "Government", _("Government")
    HISTORY = "History", pgettext_lazy("podcast", "History")
    HEALTH = "Health & Fitness", _("Health and fitness")
    FAMILY = "Kids & Family", _("Children and family")
    LEISURE = "Leisure", _("Leisure")
    MUSIC = "Music", _("Music")
    NEWS = "News", _("News")
    RELIGION = "Religion & Spirituality", _("Religion and spirituality")
    SCIENCE = "Science", _("Science")
    SOCIETY = "Society & Culture", _("Society and culture")
    SPORTS = "Sports", _("Sports")
    TECHNOLOGY = "Technology", _("Technology")
    CRIME = "True Crime", _("True crime")
    FILM = "TV & Film", _("Television and film")


class PodcastCard(models.Model):
    """What a person says about their podcast."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="podcast_card",
        verbose_name=_("person"),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    description = models.CharField(_("description"), max_length=DESCRIPTION_LENGTH, blank=True)
    category = models.CharField(
        pgettext_lazy("podcast", "category"), max_length=30, choices=Category, blank=True, default=Category.JOURNAL
    )
    language = models.CharField(_("language"), max_length=12, blank=True)
    is_explicit = models.BooleanField(_("not for children"), default=False)

    class Meta:
        verbose_name = _("description of a podcast")
        verbose_name_plural = _("descriptions of podcasts")

    def __str__(self) -> str:
        return self.title or f"{self.pk}"
