"""The cast, and a clean table for every test."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any
from uuid import uuid4

import django
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from core.ratelimit import forget_all
from posts.models import Post
from tests import make


def pytest_configure(config: pytest.Config) -> None:
    """Passwords quick to hash; style sheets and scripts as they stand in the source; SQLite in a file, as on a site.

    Tables in memory are shared by threads in a way that refuses at once where a file waits for its turn.
    """
    folder = TemporaryDirectory(prefix="polylog-test-")
    config.add_cleanup(folder.cleanup)
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(Path(folder.name) / "tests.sqlite3")
        # What is thrown away need not survive a power cut.
        connection.settings_dict["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    # WhiteNoise looks through it once for every client, which is a sixth of all the tests' time with files in it.
    settings.STATIC_ROOT = Path(folder.name) / "static"
    settings.STATIC_ROOT.mkdir()
    if settings.ENV.redis_url:
        _take_own_redis(int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What asks no database, or only what is in files or in addresses, is the same on PostgreSQL: SQLite is enough."""
    if connection.vendor == "sqlite":
        return
    asks = [item for item in items if _asks_a_server(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(asks)])
    items[:] = asks


def _asks_a_server(item: pytest.Item) -> bool:
    room, name = item.path.relative_to(Path(__file__).parent).parts[0], item.path.stem
    return item.get_closest_marker("any_database") is None and (
        room in {"browser", "community", "live", "load"}  # they start sites, or speak with Redis
        or name in {"test_ratelimit", "test_limits", "test_killed_worker"}
        or bool({"db", "transactional_db"} & set(getattr(item, "fixturenames", ())))
        or item.get_closest_marker("django_db") is not None
    )


def _take_own_redis(number: int) -> None:
    """Give each process of a parallel run a database of its own, so that none forgets for another."""
    url = f"{settings.ENV.redis_url}/{number}"
    settings.CACHES["default"]["LOCATION"] = settings.RATE_LIMIT_STORAGE = url
    settings.CHANNEL_LAYERS["default"]["CONFIG"] = {"hosts": [url], "prefix": f"test{number}"}


@pytest.fixture(scope="session")
def _migrated(request: pytest.FixtureRequest) -> Path:
    """Where a file with empty tables waits, as the present migrations make them: they take most of a short run."""
    digest = hashlib.sha256(django.__version__.encode())
    for path in sorted(settings.BASE_DIR.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return request.config.cache.mkdir("migrated") / f"{digest.hexdigest()[:16]}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(_migrated: Path, django_db_modify_db_settings_parallel_suffix: None) -> bool:
    """Begin with the file that waits, where there is one."""
    is_there = connection.vendor == "sqlite" and _migrated.exists()
    if is_there:
        shutil.copyfile(_migrated, connection.settings_dict["TEST"]["NAME"])
    return is_there


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, django_db_keepdb: bool, _migrated: Path) -> None:
    """Keep the migrated file for the next run."""
    if connection.vendor == "sqlite" and not django_db_keepdb:
        with django_db_blocker.unblock(), NamedTemporaryFile(dir=_migrated.parent, delete=False) as made:
            with closing(sqlite3.connect(made.name)) as target:
                connection.ensure_connection()
                connection.connection.backup(target)
            Path(made.name).replace(_migrated)


@pytest.fixture(autouse=True)
def _clean_table(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Each test has files of its own and no memory of rate limits (ours, and allauth's in the cache)."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR = None
    settings.MAIL_IN_FOLDER = False
    if "OPTIONS" in settings.STORAGES["default"]:  # a bucket: a corner of it for each test
        default_storage.location = f"{uuid4().hex}/"
    cache.clear()
    forget_all()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _kept_contract(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every answer of the API in every test is what the contract says, and nothing in it what strict clients refuse."""
    broken: list[str] = []
    ask = Client.request

    def request(client: Client, **asked: Any) -> Any:
        response = ask(client, **asked)
        if str(asked.get("PATH_INFO", "")).startswith(("/api/", "/oauth/", "/.well-known/")):
            from tests.api.contract import broken_by  # only where the API is asked

            broken.extend(broken_by(response))
        return response

    monkeypatch.setattr(Client, "request", request)
    yield
    assert broken == []


@pytest.fixture
def alice(db: None) -> User:
    """The author."""
    return make.user("alice")


@pytest.fixture
def bob(alice: User) -> User:
    """A follower of alice."""
    person = make.user("bob")
    make.follow(person, alice)
    return person


@pytest.fixture
def carol(db: None) -> User:
    """A stranger."""
    return make.user("carol")


@pytest.fixture
def dave(alice: User) -> User:
    """Somebody alice has blocked."""
    person = make.user("dave")
    make.block(alice, person)
    return person


@pytest.fixture
def mod(db: None) -> User:
    """A moderator."""
    return make.moderator()


@pytest.fixture
def post(alice: User) -> Post:
    """A public post of alice."""
    return make.post(alice)
