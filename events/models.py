"""The numbered log of what happened, and the keys that make a repeated write count once."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Stream(models.Model):
    """A named sequence (``post:17``, ``user:3``, ``posts``); ``head`` is the number of its newest event."""

    name = models.CharField(_("name"), max_length=64, unique=True)
    head = models.BigIntegerField(_("newest number"), default=0)

    class Meta:
        verbose_name = _("event stream")
        verbose_name_plural = _("event streams")

    def __str__(self) -> str:
        return f"{self.name} @ {self.head}"


class Event(models.Model):
    """One numbered row of a stream. It holds references, never content: readers see it with their present rights."""

    stream = models.ForeignKey(
        Stream, on_delete=models.CASCADE, related_name="events", db_index=False, verbose_name=_("event stream")
    )
    n = models.BigIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=32)
    object_id = models.BigIntegerField(_("number of the object"))
    actor_id = models.BigIntegerField(_("caused by"), null=True)
    created = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["stream", "n"], name="event_number_once")]
        ordering = ["stream", "n"]

    def __str__(self) -> str:
        return f"{self.stream_id}:{self.n} {self.kind} {self.object_id}"


class Epoch(models.Model):
    """A random id made with the database and renewed by a restore, so that old cursors are never mistaken."""

    value = models.UUIDField(_("id"), default=uuid.uuid4)
    created = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("id of the history")
        verbose_name_plural = _("ids of the history")

    def __str__(self) -> str:
        return str(self.value)


class IdempotencyKey(models.Model):
    """A create that was done under a key the sender chose; the same key answers with the same object for 24 hours."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    key = models.CharField(max_length=128)
    object_id = models.BigIntegerField(_("number of the object"), null=True)
    created = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("sending key")
        verbose_name_plural = _("sending keys")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.object_id}"  # the key itself stays out of logs and pages
