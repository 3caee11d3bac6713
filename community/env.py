"""Typed reading of the environment: every variable has a default that works; a wrong one stops the start.

Each variable ``X`` may also be given as ``X_FILE``, the path of a file that holds the value (docs/configuration.md).
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import environ
from django.core.management.utils import get_random_secret_key
from environ.fileaware_mapping import FileAwareMapping

from community import client_tests

MIN_SECRET = 50  # characters; what Django's own check asks for (security.W009)
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DATABASE_SCHEMES = {"sqlite", "postgres", "postgresql"}
REDIS_SCHEMES = {"redis", "rediss", "unix"}
STORAGE_SCHEMES = {"s3", "s3+http"}
EMAIL_SCHEMES = {"smtp", "smtps", "smtp+tls", "smtp+ssl", "filemail", "consolemail"}
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
PREFIX = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
LOG_LEVELS = ("debug", "info", "warning", "error")

SQLITE_START = "; ".join(
    f"PRAGMA {pragma}"
    for pragma in (
        "journal_mode=WAL",  # readers never wait for the writer
        "synchronous=FULL",  # what was acknowledged survives a power cut
        "cache_size=-4000",  # KiB for each thread; the mapped file below is the larger cache, and all share it
        "temp_store=MEMORY",
        "mmap_size=134217728",
    )
)
POSTGRES_START = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"


class WrongValue(Exception):
    """A variable that cannot be used; the message names it and says why."""


@dataclass(frozen=True)
class Env:
    """What the environment says, already checked."""

    debug: bool
    log_level: str
    secret_key: str
    site_url: str
    host: str
    port: int
    processes: int
    threads: int
    trusted_proxies: list[str]
    allowed_hosts: list[str]
    files_by_proxy: bool
    upload_limit: int
    quota_person_mb: int
    quota_site_mb: int
    data_dir: Path
    database: dict[str, Any]
    redis_url: str
    storage: dict[str, Any]
    old_storage: dict[str, Any] | None
    mail: dict[str, Any]
    mail_from: str
    hsts_seconds: int
    hsts_subdomains: bool
    oauth_password_grant: bool
    client_tests: bool

    @property
    def https(self) -> bool:
        """Whether people reach the site by https."""
        return self.site_url.startswith("https:")


def load_env(base_dir: Path) -> Env:
    """Return the checked environment; or say in one line what is wrong with it and end the process with status 2."""
    try:
        return read_env(base_dir)
    except WrongValue as error:
        sys.stderr.write(f"polylog: {error}\n")
        raise SystemExit(2) from None


def read_env(base_dir: Path) -> Env:
    """Read and check the environment; raises WrongValue for the first variable that cannot be used."""
    data = _data_dir(base_dir)
    host, port = _text("POLYLOG_HOST") or "127.0.0.1", _number("PORT", 8000, 1, 65_535)
    site_url = _site_url(port)
    for_tests = _client_tests(data, host, site_url)
    return Env(
        debug=_yes("DEBUG", default=False),
        log_level=_choice("LOG_LEVEL", "info", LOG_LEVELS),
        secret_key=_secret_key(data),
        site_url=site_url,
        host=host,
        port=port,
        processes=_number("WEB_PROCESSES", 1, 1, 64),
        threads=_number("WEB_THREADS", 8, 1, 64),
        trusted_proxies=_networks("TRUSTED_PROXY"),
        allowed_hosts=_allowed_hosts(site_url, host),
        files_by_proxy=_yes("FILES_BY_PROXY", default=False),
        upload_limit=_number("UPLOAD_LIMIT_MB", 512, 1, 100_000) * 1024 * 1024,
        quota_person_mb=_number("QUOTA_PERSON_MB", 10_240, 0, 1_000_000_000),
        quota_site_mb=_number("QUOTA_SITE_MB", 0, 0, 1_000_000_000),
        data_dir=data,
        database=_database(data),
        redis_url=_redis_url(),
        storage=_storage("STORAGE_URL"),
        old_storage=_storage("STORAGE_OLD_URL") if _text("STORAGE_OLD_URL") else None,
        mail=_mail(data),
        mail_from=_text("MAIL_FROM") or f"Polylog <noreply@{urlsplit(site_url).hostname}>",
        hsts_seconds=_number("HSTS_SECONDS", 31_536_000, 0, 63_072_000),
        hsts_subdomains=_yes("HSTS_SUBDOMAINS", default=True),
        oauth_password_grant=_yes("OAUTH_PASSWORD_GRANT", default=for_tests),
        client_tests=for_tests,
    )


# --- single variables -----------------------------------------------------------------------------------------------
def _data_dir(base_dir: Path) -> Path:
    data = Path(_text("POLYLOG_DATA") or base_dir / "data").expanduser().resolve()
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        (data / "tmp").mkdir(exist_ok=True)
    except OSError as error:
        _refuse("POLYLOG_DATA", f"the folder {data} cannot be made or written to ({error.strerror})")
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        _refuse("POLYLOG_DATA", f"the folder {data} cannot be written to")
    return data


def _client_tests(data: Path, host: str, site_url: str) -> bool:
    if not _yes("CLIENT_TESTS", default=False):
        return False
    is_spare = _yes("THROW_AWAY_DATABASE", default=False)
    database = _text("DATABASE_URL")
    problem = client_tests.problem(
        data=data, host=host, site_url=site_url, database=database, is_database_spare=is_spare
    )
    return _refuse(*problem) if problem else True


def _secret_key(data: Path) -> str:
    given = _text("SECRET_KEY")
    if given and len(given) < MIN_SECRET:
        _refuse("SECRET_KEY", f"{len(given)} characters are too short, at least {MIN_SECRET} are needed")
    return given or _kept_secret(data / "secret_key")


def _kept_secret(path: Path) -> str:
    """Return the key kept in the data folder; several processes that start at once agree on the first one written."""
    try:
        if not path.exists():
            with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".key-") as draft:  # readable by us alone
                draft.write(get_random_secret_key())
                draft.flush()
                os.link(draft.name, path)
        return path.read_text().strip()
    except FileExistsError:
        return path.read_text().strip()
    except OSError as error:
        _refuse("POLYLOG_DATA", f"the key {path} cannot be read or written ({error.strerror})")


def _site_url(port: int) -> str:
    given = _text("SITE_URL").rstrip("/")
    if not given:
        return f"http://localhost:{port}"
    url = _split("SITE_URL", given)
    if url.scheme not in {"http", "https"} or not url.hostname or url.path or url.query or url.fragment or url.username:
        _refuse("SITE_URL", f"{given!r} is not of the form https://example.org")
    try:
        return f"{url.scheme}://{url.netloc.lower().encode('idna').decode()}"
    except UnicodeError:
        _refuse("SITE_URL", f"{url.hostname!r} is not a host name")


def _allowed_hosts(site_url: str, host: str) -> list[str]:
    """Return the names people may ask for: the site's own, and this machine's.

    Without SITE_URL, a site that was deliberately opened to the network (``--host``) also answers to this machine's
    own addresses, so that a phone on the same network can try it. Names chosen by somebody else never fit, so a
    hostile page cannot reach the site by pointing its own name here (DNS rebinding).
    """
    name = urlsplit(site_url).hostname or ""
    hosts = [f"[{name}]" if ":" in name else name, *LOCAL_HOSTS]
    if not _text("SITE_URL") and host not in LOCAL_HOSTS:
        hosts += _own_addresses(host)
    return list(dict.fromkeys(hosts))


def _own_addresses(host: str) -> list[str]:
    """Return the names and addresses under which this machine is known in its network; sends nothing."""
    found = [] if host in {"0.0.0.0", "::"} else [host]  # noqa: S104  (compared, not bound)
    name = socket.gethostname().lower()
    found += [name, f"{name}.local"]
    for family, target in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):  # RFC 5737, RFC 3849
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((target, 9))
                found.append(probe.getsockname()[0])
        except OSError:  # no network of that kind
            continue
    return [f"[{item}]" if ":" in item else item for item in found]


def _database(data: Path) -> dict[str, Any]:
    given = _text("DATABASE_URL")
    if not given:
        settings: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(data / "polylog.sqlite3")}
    else:
        url = _split("DATABASE_URL", given, DATABASE_SCHEMES)
        if url.path in {"", "/"}:
            _refuse("DATABASE_URL", f"{_bare(url)} does not name a database")
        settings = environ.Env.db_url_config(given)
    options = settings.setdefault("OPTIONS", {})
    if settings["ENGINE"].endswith("sqlite3"):
        options |= {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_START}
    else:
        options["options"] = " ".join(filter(None, [POSTGRES_START, options.get("options")]))
        options.setdefault("prepare_threshold", 0)  # the plans of the hottest queries are kept (core/prepared.py)
    # The threads that serve are few and last, so each keeps its connection; one that died is found and replaced.
    return settings | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}


def _redis_url() -> str:
    given = _text("REDIS_URL")
    if given:
        _split("REDIS_URL", given, REDIS_SCHEMES)
    return given


def _storage(name: str) -> dict[str, Any]:
    """Return one of Django's STORAGES: the data folder, or ``s3://key:secret@host/bucket/prefix?region=…&style=…``."""
    given = _text(name)
    if given in {"", "folder"}:
        return {"BACKEND": "media.storages.folder.Folder"}
    url = _split(name, given, STORAGE_SCHEMES)
    bucket, _slash, prefix = url.path.strip("/").partition("/")
    if not url.hostname or not BUCKET_NAME.fullmatch(bucket) or (prefix and not PREFIX.fullmatch(prefix)):
        _refuse(name, f"{_bare(url)} is not of the form s3://KEY:SECRET@host/bucket")
    if not url.username or not url.password:
        _refuse(name, "the key and the secret are missing, as in s3://KEY:SECRET@host/bucket")
    asked = dict(parse_qsl(url.query, keep_blank_values=True))
    if wrong := sorted(asked.keys() - {"region", "style"}):
        _refuse(name, f"{wrong[0]!r} is neither region nor style")
    if asked.setdefault("style", "path") not in {"path", "virtual"}:
        _refuse(name, f"{asked['style']!r} is no style; path and virtual are")
    options = {
        "endpoint_url": f"{'http' if url.scheme == 's3+http' else 'https'}://{url.netloc.rpartition('@')[2]}",
        "bucket_name": bucket,
        "location": f"{prefix}/" if prefix else "",
        "access_key": unquote(url.username),
        "secret_key": unquote(url.password),
        "region_name": asked.get("region") or _region(url.hostname),
        "addressing_style": asked["style"],
    }
    return {"BACKEND": "media.storages.bucket.Bucket", "OPTIONS": options}


def _region(host: str) -> str:
    """Return the region that an address of Amazon names; others mostly take this one for any."""
    found = re.fullmatch(r"s3[.-]([a-z0-9-]+)\.amazonaws\.com(\.cn)?", host)
    return found[1] if found else "us-east-1"


def _mail(data: Path) -> dict[str, Any]:
    """Return Django's EMAIL_* settings; without EMAIL_URL, mails are files in the data folder."""
    given = _text("EMAIL_URL")
    if not given:
        return {"EMAIL_BACKEND": "community.mail.FolderBackend", "EMAIL_FILE_PATH": data / "mail"}
    url = _split("EMAIL_URL", given, EMAIL_SCHEMES)
    if url.scheme.startswith("smtp") and not url.hostname:
        _refuse("EMAIL_URL", f"{_bare(url)} does not name a mail server")
    if url.scheme == "filemail":
        return {"EMAIL_BACKEND": "community.mail.FolderBackend", "EMAIL_FILE_PATH": Path(url.path)}
    settings = environ.Env.email_url_config(given)
    settings.pop("OPTIONS", None)
    usual = 465 if url.scheme == "smtp+ssl" else 587 if url.username else 25
    return {name: value for name, value in settings.items() if value is not None} | {
        "EMAIL_PORT": settings["EMAIL_PORT"] or usual
    }


# --- kinds of variables ---------------------------------------------------------------------------------------------
def _text(name: str) -> str:
    """Return the variable, or the content of the file that ``<name>_FILE`` names, or nothing."""
    try:
        return str(FileAwareMapping(cache=False).get(name, "")).strip()
    except OSError as error:
        _refuse(f"{name}_FILE", f"the file {os.environ[f'{name}_FILE']} cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        _refuse(f"{name}_FILE", f"the file {os.environ[f'{name}_FILE']} is not text in UTF-8")


def _number(name: str, default: int, low: int, high: int) -> int:
    given = _text(name)
    if not given:
        return default
    if not given.isascii() or not given.isdigit() or not low <= int(given) <= high:
        _refuse(name, f"{given!r} is not a number from {low} to {high}")
    return int(given)


def _yes(name: str, *, default: bool) -> bool:
    given = _text(name).lower()
    if given in {"1", "yes", "true", "on"}:
        return True
    if given in {"0", "no", "false", "off"}:
        return False
    return default if not given else _refuse(name, f"{given!r} is neither yes nor no")


def _choice(name: str, default: str, among: tuple[str, ...]) -> str:
    given = _text(name).lower() or default
    return given if given in among else _refuse(name, f"{given!r} is none of {', '.join(among)}")


def _networks(name: str) -> list[str]:
    """Return addresses and networks (``10.0.0.0/8``), given with commas or spaces between them."""
    given = _text(name).replace(",", " ").split()
    for item in given:
        try:
            ipaddress.ip_network(item)
        except ValueError:
            _refuse(name, f"{item!r} is not an address or network such as 10.0.0.5 or 10.0.0.0/8")
    return given


def _split(name: str, given: str, schemes: set[str] | None = None) -> SplitResult:
    """Return the parts of an address; passwords in it are never repeated in an error."""
    try:
        url = urlsplit(given)
        _ = url.port  # raises ValueError for a port that is no number
    except ValueError as error:
        _refuse(name, f"the address cannot be read ({error})")
    if schemes and url.scheme not in schemes:
        _refuse(name, f"it must begin with one of {', '.join(f'{scheme}://' for scheme in sorted(schemes))}")
    return url


def _bare(url: SplitResult) -> str:
    return f"{url.scheme}://{url.hostname or ''}{url.path}"


def _refuse(name: str, why: str) -> NoReturn:
    raise WrongValue(f"{name}: {why}.")
