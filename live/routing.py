"""Addresses of sockets and of streams of events."""

from django.urls import path, re_path

from live.consumers import LiveConsumer
from live.dialect.consumers import AppConsumer
from live.dialect.sse import serve_stream
from live.dialect.streams import PREFIX, STREAMS

websocket_urlpatterns = [
    path("live/socket", LiveConsumer.as_asgi()),
    re_path(r"^api/v1/streaming/?$", AppConsumer.as_asgi()),
]

stream_patterns = {f"{PREFIX}{name}": serve_stream for name in STREAMS}
