"""Facts about the bell."""

from django.dispatch import Signal

notified = Signal()  # about: the notification; actor: who caused it, or None
