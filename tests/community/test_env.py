"""What the environment may say, and what it is told when it says nonsense."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from community import env as module
from community.env import WrongValue, read_env

ROOT = Path(__file__).resolve().parents[2]
NAMES = [
    *("OAUTH_PASSWORD_GRANT", "CLIENT_TESTS", "THROW_AWAY_DATABASE"),
    *("DATABASE_URL", "REDIS_URL", "SITE_URL", "EMAIL_URL", "MAIL_FROM", "SECRET_KEY", "DEBUG", "LOG_LEVEL"),
    *("POLYLOG_HOST", "PORT", "WEB_PROCESSES", "WEB_THREADS", "TRUSTED_PROXY", "UPLOAD_LIMIT_MB"),
    *("HSTS_SECONDS", "HSTS_SUBDOMAINS", "FILES_BY_PROXY", "STORAGE_URL", "STORAGE_OLD_URL"),
    *("QUOTA_PERSON_MB", "QUOTA_SITE_MB"),
]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Read an environment that holds nothing but what is given."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.setenv("POLYLOG_DATA", str(tmp_path / "data"))

    def reader(**values: str) -> module.Env:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return read_env(ROOT)

    return reader


def test_nothing_has_to_be_said(read: Any, tmp_path: Path) -> None:
    env = read()
    assert (env.site_url, env.host, env.port, env.debug) == ("http://localhost:8000", "127.0.0.1", 8000, False)
    assert env.database["NAME"] == str(tmp_path / "data" / "polylog.sqlite3")
    assert (env.database["CONN_MAX_AGE"], env.redis_url, env.trusted_proxies) == (None, "", [])
    assert env.mail == {
        "EMAIL_BACKEND": "community.mail.FolderBackend",
        "EMAIL_FILE_PATH": tmp_path / "data" / "mail",
    }
    assert env.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]


def test_the_key_is_made_once_and_nobody_else_may_read_it(read: Any, tmp_path: Path) -> None:
    first, again = read().secret_key, read().secret_key
    path = tmp_path / "data" / "secret_key"
    assert (first, len(first) >= 50) == (again, True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.glob(".key*")) == []


def test_sqlite_is_told_to_keep_what_it_acknowledged(read: Any) -> None:
    options = read().database["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


def test_postgresql_ends_what_takes_too_long(read: Any) -> None:
    database = read(DATABASE_URL="postgres://me:pass%20word@db.example:5433/polylog?sslmode=require").database
    place = [database[key] for key in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")]
    assert place == ["django.db.backends.postgresql", "polylog", "me", "pass word", "db.example", 5433]
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["options"].startswith("-c statement_timeout=30s")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("smtp://mail.example", ("mail.example", 25, False, False)),
        ("smtp://me:word@mail.example", ("mail.example", 587, False, False)),
        ("smtp+tls://me:word@mail.example", ("mail.example", 587, True, False)),
        ("smtp+ssl://me:word@mail.example", ("mail.example", 465, False, True)),
        ("smtp+tls://me:word@mail.example:2525", ("mail.example", 2525, True, False)),
    ],
)
def test_mail_goes_to_a_server(read: Any, url: str, wanted: tuple[str, int, bool, bool]) -> None:
    mail = read(EMAIL_URL=url).mail
    said = (mail["EMAIL_HOST"], mail["EMAIL_PORT"], mail.get("EMAIL_USE_TLS", False), mail.get("EMAIL_USE_SSL", False))
    assert said == wanted
    assert mail["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"


def test_each_variable_may_come_from_a_file(read: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("k" * 60 + "\n")
    assert read(SECRET_KEY_FILE=str(secret)).secret_key == "k" * 60


def test_the_site_answers_to_its_own_name(read: Any) -> None:
    env = read(SITE_URL="https://Bücher.example/", POLYLOG_HOST="0.0.0.0")
    assert (env.site_url, env.https) == ("https://xn--bcher-kva.example", True)
    assert env.allowed_hosts == ["xn--bcher-kva.example", "localhost", "127.0.0.1", "[::1]"]
    assert env.mail_from == "Polylog <noreply@xn--bcher-kva.example>"


def test_opened_to_the_network_it_answers_to_this_machine_and_nobody_else(
    read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "Desk")
    hosts = read(POLYLOG_HOST="192.168.7.3").allowed_hosts
    assert hosts[:6] == ["localhost", "127.0.0.1", "[::1]", "192.168.7.3", "desk", "desk.local"]
    assert [name for name in hosts if name == "*" or name.startswith(".")] == []


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DATABASE_URL", "mysql://db/polylog", "DATABASE_URL: it must begin with one of postgres://, "),
        ("DATABASE_URL", "polylog", "DATABASE_URL: it must begin with one of postgres://, "),
        ("DATABASE_URL", "postgres://me:secret@db", "DATABASE_URL: postgres://db does not name a database."),
        ("DATABASE_URL", "postgres://db:port/polylog", "DATABASE_URL: the address cannot be read "),
        ("REDIS_URL", "http://redis", "REDIS_URL: it must begin with one of redis://, rediss://, unix://."),
        ("SITE_URL", "example.org", "SITE_URL: 'example.org' is not of the form https://example.org."),
        ("SITE_URL", "https://example.org/site", "SITE_URL: 'https://example.org/site' is not of the form "),
        ("EMAIL_URL", "mail.example", "EMAIL_URL: it must begin with one of consolemail://, "),
        ("EMAIL_URL", "smtp://", "EMAIL_URL: smtp:// does not name a mail server."),
        ("SECRET_KEY", "short", "SECRET_KEY: 5 characters are too short, at least 50 are needed."),
        ("PORT", "80a", "PORT: '80a' is not a number from 1 to 65535."),
        ("PORT", "70000", "PORT: '70000' is not a number from 1 to 65535."),
        ("DEBUG", "maybe", "DEBUG: 'maybe' is neither yes nor no."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL: 'loud' is none of debug, info, warning, error."),
        ("TRUSTED_PROXY", "10.0.0.0/8, nginx", "TRUSTED_PROXY: 'nginx' is not an address or network such as "),
        ("STORAGE_URL", "ftp://host/x", "STORAGE_URL: it must begin with one of s3://, s3+http://."),
        ("STORAGE_URL", "s3://key:secret@host", "STORAGE_URL: s3://host is not of the form s3://KEY:SECRET@host/buck"),
        ("STORAGE_URL", "s3://key:secret@host/B", "STORAGE_URL: s3://host/B is not of the form s3://KEY:SECRET@host"),
        ("STORAGE_URL", "s3://key:a@host/a-b/../c", "STORAGE_URL: s3://host/a-b/../c is not of the form s3://KEY:"),
        ("STORAGE_URL", "s3://host/files", "STORAGE_URL: the key and the secret are missing, as in s3://KEY:SECRET@"),
        ("STORAGE_URL", "s3://key:secret@host/files?zone=a", "STORAGE_URL: 'zone' is neither region nor style."),
        ("STORAGE_URL", "s3://key:secret@host/files?style=a", "STORAGE_URL: 'a' is no style; path and virtual are."),
        ("STORAGE_OLD_URL", "/srv", "STORAGE_OLD_URL: it must begin with one of s3://, s3+http://."),
        ("SECRET_KEY_FILE", "/nowhere/key", "SECRET_KEY_FILE: the file /nowhere/key cannot be read (No such file"),
    ],
)
def test_nonsense_is_named(read: Any, name: str, value: str, why: str) -> None:
    with pytest.raises(WrongValue) as refused:
        read(**{name: value})
    assert str(refused.value).startswith(why)
    assert "secret@" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_named(read: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongValue, match=r"^POLYLOG_DATA: the folder .* cannot be made or written to"):
        read(POLYLOG_DATA=str(tmp_path / "file" / "data"))


def test_files_lie_in_the_data_folder_or_in_a_bucket(read: Any, tmp_path: Path) -> None:
    assert (read().storage, read().old_storage) == ({"BACKEND": "media.storages.folder.Folder"}, None)
    (tmp_path / "url").write_text("s3://me:a%2Fb%2Bc@s3.eu-central-1.amazonaws.com/files/site-1\n")
    env = read(STORAGE_URL_FILE=str(tmp_path / "url"), STORAGE_OLD_URL="folder")
    assert env.old_storage == {"BACKEND": "media.storages.folder.Folder"}
    assert env.storage == {
        "BACKEND": "media.storages.bucket.Bucket",
        "OPTIONS": {
            "endpoint_url": "https://s3.eu-central-1.amazonaws.com", "bucket_name": "files", "location": "site-1/",
            "access_key": "me", "secret_key": "a/b+c", "region_name": "eu-central-1", "addressing_style": "path",
        },
    }  # fmt: skip
    (tmp_path / "url").write_text("s3+http://me:b@127.0.0.1:9000/files?region=x&style=virtual")
    options = read().storage["OPTIONS"]
    assert [options[name] for name in ("endpoint_url", "region_name", "addressing_style", "location")] == [
        "http://127.0.0.1:9000", "x", "virtual", ""
    ]  # fmt: skip


def test_a_wrong_value_ends_the_start_with_one_line(tmp_path: Path) -> None:
    surroundings = os.environ | {"POLYLOG_DATA": str(tmp_path), "DATABASE_URL": "mysql://db/x"}
    command = [sys.executable, "manage.py", "check"]
    ended = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == ("polylog: DATABASE_URL: it must begin with one of postgres://, postgresql://, sqlite://.\n")


def test_every_variable_is_documented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text()
    named = set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))
    assert named == {*NAMES, "POLYLOG_DATA"}
    read_by_code = set(
        re.findall(r'_(?:text|number|yes|choice|networks|storage)\("([A-Z_]+)"', Path(module.__file__).read_text())
    )
    assert read_by_code == named
