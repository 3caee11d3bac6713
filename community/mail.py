"""Mail without a mail server: each message becomes a file that any mail program opens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django.utils.crypto import get_random_string


class FolderBackend(BaseEmailBackend):
    """Writes ``<time>-<recipient>-<random>.eml`` into ``EMAIL_FILE_PATH``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(settings.EMAIL_FILE_PATH or "")

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; returns how many."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            (self.folder / _name(message)).write_bytes(message.message().as_bytes())
        return len(email_messages)


def _name(message: EmailMessage) -> str:
    """A name that sorts by time; of the recipient only characters that are safe in names of files."""
    recipient = "".join(c if c.isalnum() or c in "._-" else "_" for c in (message.recipients() or ["nobody"])[0])
    return f"{timezone.now():%Y-%m-%dT%H-%M-%S}-{recipient[:60]}-{get_random_string(4).lower()}.eml"
