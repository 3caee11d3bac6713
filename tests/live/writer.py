"""Another process that writes to a site's database: one JSON command a line in, one JSON answer a line out."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings")
django.setup()

from django.db import connection  # noqa: E402

from accounts.models import Site, User  # noqa: E402
from accounts.services.standing import suspend_person  # noqa: E402
from posts.models import Post  # noqa: E402
from posts.services.publish import publish_post  # noqa: E402
from tests import make  # noqa: E402
from tests.live.conftest import log_in  # noqa: E402


def cast() -> dict[str, Any]:
    """Make an owner, three people with sessions and a public post."""
    Site.objects.get_or_create(pk=1)
    make.owner()
    people = {name: make.user(name) for name in ("alice", "bob", "carol")}
    sessions = {name: log_in(person) for name, person in people.items()}
    ids = {name: str(person.pk) for name, person in people.items()}
    posts = {"post": str(make.post(people["alice"]).pk), "other": str(make.post(people["carol"]).pk)}
    return {"ids": ids, "sessions": sessions} | posts


def comment(author: str, post: str, text: str) -> dict[str, Any]:
    """Write a comment; returns its id and when it was committed."""
    made = publish_post(User.objects.get(username=author), text=text, reply_to=Post.objects.get(pk=int(post)))
    return {"id": str(made.pk), "at": time.time()}


def suspend(name: str) -> dict[str, Any]:
    """Suspend somebody; returns when that was committed."""
    suspend_person(User.objects.get(username="owner"), User.objects.get(username=name))
    return {"at": time.time()}


COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {"cast": cast, "comment": comment, "suspend": suspend}

if __name__ == "__main__":
    for line in sys.stdin:
        order = json.loads(line)
        answer = COMMANDS[order.pop("do")](**order)
        if connection.vendor == "sqlite":
            connection.close()  # as a process that is not always writing
        print(json.dumps(answer), flush=True)
