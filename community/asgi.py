"""The entry point: pages in a pool of WSGI threads, sockets on the loop, in one process (docs/operations.md)."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings")
pages = get_wsgi_application()  # sets Django up, which the imports below need

from channels.routing import URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import re_path  # noqa: E402
from starlette.types import Receive, Scope, Send  # noqa: E402

from community.bridge import Pages  # noqa: E402
from community.front import Front  # noqa: E402
from live.hub import stop_hub  # noqa: E402
from live.routing import stream_patterns, websocket_urlpatterns  # noqa: E402


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Turn away a socket that asks for an address nobody answers."""
    await send({"type": "websocket.close", "code": 4404})


sockets = URLRouter([*websocket_urlpatterns, re_path("", refuse)])  # type: ignore[arg-type]  # Channels routes to applications
application = Front(Pages(pages, settings.WEB_THREADS), sockets, stop_hub, stream_patterns)
