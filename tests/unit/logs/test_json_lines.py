"""The log for programs: one JSON object a line, whatever is logged."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from brief_audio import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What the log writes; the set-up of the tests themselves comes back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook
    written = io.StringIO()
    logs.set_up("json", written)
    yield written
    logging.captureWarnings(capture=False)
    root.handlers[:], level, sys.excepthook, threading.excepthook, sys.unraisablehook = before
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return [json.loads(line, parse_constant=refuse) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_what_and_who(stream: io.StringIO) -> None:
    logging.getLogger("scheduler.worker").info("job %s: attempt %s", 7, 1, extra={"job": 7})

    [line] = lines(stream)
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "info", "logger": "scheduler.worker", "message": "job 7: attempt 1", "job": 7}


def test_a_traceback_stays_on_its_line(stream: io.StringIO) -> None:
    error = ValueError("of many\nlines")
    logging.getLogger("elsewhere").error("it failed", exc_info=error)

    [line] = lines(stream)
    assert (line["message"], line["level"]) == ("it failed", "error")
    assert "ValueError: of many\nlines" in line["trace"]


@pytest.mark.parametrize(
    "extra",
    [{"x": float("nan")}, {"x": {("a", "b"): 1}}, {"x": object()}, {"x": b"\xff"}, {"level": "mine", "at": "never"}],
)
def test_values_that_json_cannot_hold_spoil_no_line(stream: io.StringIO, extra: dict[str, object]) -> None:
    logging.getLogger("elsewhere").warning("odd", extra=extra)

    [line] = lines(stream)
    assert (line["message"], line["level"]) == ("odd", "warning")


@pytest.mark.parametrize(
    "message", ["“quoted” — \U0001f600", "\ud800 alone", "two\nlines\r\n", "\x1b[31m\x00", "50 % done"]
)
def test_lines_are_ascii_whatever_is_said(message: str) -> None:
    line = logs.JsonFormatter().format(logging.makeLogRecord({"msg": message}))

    assert line.isascii()
    assert len(line.splitlines()) == 1
    assert json.loads(line)["message"] == message


def test_a_message_with_the_wrong_arguments_is_still_a_line() -> None:
    record = logging.makeLogRecord({"msg": "%d things and %s", "args": ("no number",)})

    assert json.loads(logs.JsonFormatter().format(record))["message"] == "%d things and %s ('no number',)"


def test_what_libraries_say_below_a_warning_is_left_out(stream: io.StringIO) -> None:
    logging.getLogger("apscheduler.scheduler").info("Added job")
    logging.getLogger("brief_audio.web").debug("a detail")

    assert lines(stream) == []


def test_warnings_are_logged(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logs.catch_the_rest()
        warnings.warn("old-fashioned", DeprecationWarning, stacklevel=1)

    [line] = lines(stream)
    assert "DeprecationWarning: old-fashioned" in line["message"]


def test_errors_that_nobody_caught_are_logged(stream: io.StringIO) -> None:
    logs.catch_the_rest()
    error = KeyError("lost")

    sys.excepthook(KeyError, error, None)
    threading.excepthook(threading.ExceptHookArgs((KeyError, error, None, threading.current_thread())))
    threading.excepthook(threading.ExceptHookArgs((SystemExit, SystemExit(1), None, None)))

    main, thread = lines(stream)
    assert (main["level"], "lost" in main["message"]) == ("critical", True)
    assert "thread MainThread ended" in thread["message"]


def test_it_knows_whether_it_is_for_programs(stream: io.StringIO) -> None:
    assert logs.is_json()

    logs.set_up("text", stream)

    assert not logs.is_json()
