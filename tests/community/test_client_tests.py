"""A site for test suites of clients opens where nobody lives and nobody can reach it, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Site, User
from api.oauth.tokens import token_of
from community.client_tests import MARK, _environment
from community.env import WrongValue
from community.management.commands.serve import Command
from core import ratelimit
from media.models import State
from media.services import receive_file
from tests import make
from tests.community.test_env import ROOT, read  # noqa: F401  (a fixture)


@pytest.fixture
def spare(tmp_path: Path) -> Path:
    """A data folder that may be thrown away."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / MARK).touch()
    return tmp_path / "data"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_it_opens_for_this_machine(read: Any, spare: Path, host: str) -> None:  # noqa: F811
    env = read(CLIENT_TESTS="yes", POLYLOG_HOST=host)
    assert (env.client_tests, env.oauth_password_grant) == (True, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POLYLOG_HOST", "0.0.0.0"),
        ("POLYLOG_HOST", "::"),
        ("POLYLOG_HOST", "192.168.1.4"),
        ("SITE_URL", "https://example.org"),
        ("SITE_URL", "http://localhost.example.org"),
        ("DATABASE_URL", "postgres://localhost/polylog"),
    ],
)
def test_it_does_not_open_where_others_come_or_live(read: Any, spare: Path, name: str, value: str) -> None:  # noqa: F811
    with pytest.raises(WrongValue, match=f"^{name}: "):
        read(CLIENT_TESTS="yes", **{name: value})


def test_no_folder_of_a_real_site_becomes_one(read: Any) -> None:  # noqa: F811
    with pytest.raises(WrongValue, match=r"^CLIENT_TESTS: the folder "):
        read(CLIENT_TESTS="yes")


def test_a_database_has_to_be_said_to_be_spare(read: Any, spare: Path) -> None:  # noqa: F811
    values = {"DATABASE_URL": "postgres://localhost/polylog", "THROW_AWAY_DATABASE": "yes"}
    assert read(CLIENT_TESTS="yes", **values).client_tests is True


def test_a_mark_alone_changes_nothing(read: Any, spare: Path) -> None:  # noqa: F811
    env = read()
    assert (env.client_tests, env.oauth_password_grant) == (False, False)


def test_nothing_of_a_real_site_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SITE_URL", "STORAGE_URL", "EMAIL_URL_FILE", "REDIS_URL"):
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv("PORT", raising=False)
    environment = _environment(Path("/spare"))
    assert {name: environment.get(name) for name in ("SITE_URL", "STORAGE_URL", "EMAIL_URL_FILE", "REDIS_URL")} == {
        "SITE_URL": None, "STORAGE_URL": None, "EMAIL_URL_FILE": None, "REDIS_URL": None
    }  # fmt: skip
    assert [environment[name] for name in ("PORT", "CLIENT_TESTS", "POLYLOG_DATA")] == ["3000", "yes", "/spare"]


@pytest.mark.django_db(transaction=True)  # what starts a site closes its connection
def test_a_database_where_people_live_is_left_alone(alice: User, settings: Any, capfd: Any) -> None:
    settings.CLIENT_TESTS = True
    with pytest.raises(SystemExit):
        Command(stdout=StringIO(), no_color=True)._prepare(demo=False)
    assert "people live in this database" in capfd.readouterr().err
    assert (User.objects.count(), Site.objects.exclude(name="Polylog").count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_the_owner_comes_with_it(settings: Any) -> None:
    settings.CLIENT_TESTS = True
    Command(stdout=StringIO())._prepare(demo=False)
    owner = User.objects.get()
    assert (owner.username, owner.is_superuser, owner.check_password("mastodonadmin")) == ("admin", True, True)


def test_a_refused_start_leaves_no_folder(tmp_path: Path) -> None:
    surroundings = os.environ | {"TMPDIR": str(tmp_path), "POLYLOG_HOST": "0.0.0.0"}
    command = [sys.executable, "-m", "community.client_tests"]
    ended = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert (ended.returncode, list(tmp_path.iterdir())) == (2, [])
    assert ended.stderr.startswith("polylog: POLYLOG_HOST: a site for client tests is for this machine alone")


def test_without_limits_nothing_is_counted(settings: Any) -> None:
    settings.RATE_LIMITS = None
    for _ in range(25):
        ratelimit.check("signup", "net:192.0.2.1")
    assert ratelimit.spend("api", "net:192.0.2.1") is None


@pytest.mark.parametrize("content", [make.image_bytes, make.audio_bytes, make.video_bytes])
def test_files_are_ready_when_they_are_in(alice: User, settings: Any, content: Any) -> None:
    settings.MEDIA_AT_ONCE = True
    file = receive_file(alice, make.upload("file", content()))
    assert file.state == State.READY


def test_what_a_suite_expects_is_made_on_such_a_site_alone(db: None, settings: Any) -> None:
    with pytest.raises(CommandError, match="no site for client tests"):
        call_command("seed_peer_tests")
    settings.CLIENT_TESTS = True
    call_command("seed_peer_tests", stdout=StringIO())
    names = ["", "_2", "_3"]
    tokens = [token_of(f"__MASTODON_PY_TEST_ACCESS_TOKEN{ending}") for ending in names]
    assert [(str(token.user), "admin:read" in token.granted) for token in tokens if token] == [
        ("@mastodonpy_test", False), ("@admin", True), ("@mastodonpy_test_2", False)
    ]  # fmt: skip
    assert User.objects.filter(is_locked=True).get().username == "mastodonpy_test"
    with pytest.raises(CommandError, match="already"):
        call_command("seed_peer_tests")
