"""Logs: one JSON object a line, so that nothing a stranger sends can pretend to be a line of its own."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "server_time"}


def error_number(mark: str) -> str:
    """Return the short number under which people find a request of theirs in the log: ``#4F2A``."""
    return f"#{mark[:4].upper()}"


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, the request's id, the traceback, and what the caller added by ``extra=``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of ASCII."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        mark = request_id.get()
        if mark:
            line["request"] = mark
        if mark and record.levelno >= logging.ERROR:
            line["error"] = error_number(mark)
        line |= {key: value for key, value in vars(record).items() if key not in _PLAIN and key not in line}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, default=repr)
