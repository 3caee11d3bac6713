"""One record is one line, whatever is in it (S47)."""

from __future__ import annotations

import json
import logging
import sys

from community.logs import JsonFormatter, error_number, request_id


def line_of(message: str, severity: int = logging.INFO, /, **fields: object) -> str:
    record = logging.getLogger("test").makeRecord("test", severity, "file", 1, message, (), None, extra=fields)
    return JsonFormatter().format(record)


def test_a_record_is_one_line_of_ascii() -> None:
    hostile = "a\r\nb\x1b[31m\u2028c\x00"
    line = line_of(hostile, path=hostile)
    assert (line.isascii(), line.isprintable()) == (True, True)
    assert (json.loads(line)["message"], json.loads(line)["path"]) == (hostile, hostile)


def test_what_the_caller_adds_cannot_replace_what_is_known() -> None:
    said = json.loads(line_of("hello", level="none", logger="other", task="x"))
    assert (said["level"], said["logger"], said["message"], said["task"]) == ("info", "test", "hello", "x")


def test_an_error_carries_the_number_that_people_read() -> None:
    token = request_id.set("4f2a77c0")
    try:
        said = json.loads(line_of("broken", logging.ERROR))
    finally:
        request_id.reset(token)
    assert (said["request"], said["error"], error_number("4f2a77c0")) == ("4f2a77c0", "#4F2A", "#4F2A")


def test_a_traceback_is_kept() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        record = logging.getLogger("test").makeRecord("test", 40, "f", 1, "x", (), sys.exc_info())
    assert json.loads(JsonFormatter().format(record))["traceback"].endswith("ValueError: no")
