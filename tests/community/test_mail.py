"""Mail without a mail server."""

from __future__ import annotations

import email
from pathlib import Path

from django.core import mail
from pytest_django import Settings


def test_each_message_is_a_file_that_mail_programs_open(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    with mail.get_connection("community.mail.FolderBackend") as folder:
        mail.EmailMessage("Grüße", "Hallo", "us@example.org", ["../Ann/@example.org"], connection=folder).send()
        mail.EmailMessage("Second", "Hello", "us@example.org", ["bob@example.org"], connection=folder).send()
    files = sorted((tmp_path / "mail").iterdir(), key=lambda path: path.name.split("-", 5)[5])
    read = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
    assert [message["Subject"] for message in read] == ["Grüße", "Second"]
    assert [path.suffix for path in files] == [".eml", ".eml"]
    assert files[0].name.split("-")[5] == ".._Ann__example.org"
