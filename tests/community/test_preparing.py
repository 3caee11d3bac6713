"""Making ready does only what is missing."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from community import preparing
from community.preparing import NotReady, collect_static_files, compile_translations, migrate

CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Send"
msgstr "Senden"
"""


@pytest.fixture
def said() -> list[str]:
    """What was said."""
    return []


def test_a_catalogue_is_compiled_when_it_changed(settings: Settings, tmp_path: Path, said: list[str]) -> None:
    source = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE)
    settings.LOCALE_PATHS = [tmp_path]
    compile_translations(said.append)
    compile_translations(said.append)
    assert said == ["Compiling the translation de"]
    assert gettext.translation("django", tmp_path, ["de"]).gettext("Send") == "Senden"
    os.utime(source, (2**31, 2**31))
    compile_translations(said.append)
    assert len(said) == 2
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_static_files_are_collected_when_they_changed(
    settings: Settings, tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "css"
    source.mkdir()
    (source / "site.css").write_text("a{color:red}")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], str(tmp_path / "collected")
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    for _ in range(2):
        collect_static_files(said.append)
    assert (said, (tmp_path / "collected" / "site.css").exists()) == (["Collecting style sheets and scripts"], True)
    (source / "more.css").write_text("")
    collect_static_files(said.append)
    assert (len(said), (tmp_path / "collected" / "more.css").exists()) == (2, True)


def test_a_database_in_shape_is_left_alone(db: None, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "close", lambda: None)
    migrate(said.append)
    assert said == []


def test_a_database_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    monkeypatch.setattr(preparing.connection, "ensure_connection", lambda: _refuse("no route to host\nmore"))
    with pytest.raises(NotReady, match=r"^DATABASE_URL: the database cannot be used \(no route to host\)\.$"):
        migrate(said.append)


def test_the_command_ends_with_status_2(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_ready(say: object) -> None:
        raise NotReady("DATABASE_URL: no.")

    monkeypatch.setattr("community.management.commands.prepare.prepare", not_ready)
    with pytest.raises(CommandError) as ended:
        call_command("prepare")
    assert (str(ended.value), ended.value.returncode) == ("DATABASE_URL: no.", 2)


def _refuse(why: str) -> None:
    from django.db import OperationalError

    raise OperationalError(why)
