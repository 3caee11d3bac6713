"""Sessions in the database, each found by a query that is made once: every request asks for one."""

from __future__ import annotations

from functools import cache

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from core.prepared import Prepared


class SessionStore(DatabaseStore):
    """What ``SESSION_ENGINE`` names."""

    def _get_session_from_db(self) -> Session | None:
        session: Session | None = next(iter(_in_force().objects(self.session_key or "")), None)
        if session is None:
            self._session_key = None  # a key nobody gave out, or one that has run out, is never taken over
        return session


@cache
def _in_force() -> Prepared:
    return Prepared(lambda key: Session.objects.filter(session_key=key, expire_date__gt=Now()), 1)
