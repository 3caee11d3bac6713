"""Names people once had."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FormerName(models.Model):
    """A name somebody gave up. It stays theirs: nobody else can step into their shoes with it."""

    name = models.CharField(_("name"), max_length=30, primary_key=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="former_names", verbose_name=_("person")
    )
    skeleton = models.CharField(max_length=30, db_index=True)
    given_up = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")

    def __str__(self) -> str:
        return f"@{self.name}"
