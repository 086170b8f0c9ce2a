"""Set up and format the log, which goes to standard error."""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from brief_audio.redaction import redacted

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
INDENT = "\n    "
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkContext:
    """The work that a thread is doing: its kind and ID, the attempt, and the show's slug."""

    kind: str
    number: int
    attempt: int
    show: str

    def __str__(self) -> str:
        return f"{self.kind} {self.number} ({self.show}, attempt {self.attempt})"


_WORK: ContextVar[WorkContext | None] = ContextVar("work", default=None)


@contextmanager
def working_on(work: WorkContext) -> Iterator[None]:
    """Add `work` to every line logged in the block."""
    token = _WORK.set(work)
    try:
        yield
    finally:
        _WORK.reset(token)


class JsonFormatter(logging.Formatter):
    """Writes one JSON object per line, for any record; `extra` fields are added next to the message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for `record`, with secrets redacted, in ASCII so that it survives any encoding."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if work := _WORK.get():
            line |= {"kind": work.kind, "id": work.number, "attempt": work.attempt, "show": work.show}
        line |= {name: value for name, value in vars(record).items() if name not in PLAIN | line.keys()}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return _encoded(line)


class TextFormatter(logging.Formatter):
    """Writes time, level and message for people; on a terminal, each line first clears a progress bar."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__("{asctime} {levelname:<7} {message}", datefmt="%H:%M:%S", style="{")
        self._wipe = "\r\x1b[2K" if is_terminal else ""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for `record`, with any further lines of its text indented below, and secrets redacted.

        Text from URLs and files can't control the terminal or pass for a log line of its own: control characters are
        escaped and further lines indented.
        """
        return self._wipe + INDENT.join(_printable(line) for line in redacted(super().format(record)).split("\n"))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's own method name)
        """Return the first lines for `record`, with its thread's current work before the message."""
        if work := _WORK.get():
            record.message = f"{work}: {record.message}"
        return super().formatMessage(record)


def set_up(log_format: str, stream: TextIO = sys.stderr) -> None:
    """Log to `stream` as `text` or `json`: our records from INFO up, those of libraries from WARNING up."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter(is_terminal=stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("brief_audio", "scheduler", "admin"):
        logging.getLogger(name).setLevel(logging.INFO)


def is_json() -> bool:
    """Return whether the log is JSON; if so, nothing else may be written to standard error."""
    return any(isinstance(handler.formatter, JsonFormatter) for handler in logging.getLogger().handlers)


def catch_the_rest() -> None:
    """Log what Python would otherwise print itself: warnings, and uncaught errors in any thread."""
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_of_thread
    sys.unraisablehook = _log_unraisable


def _printable(line: str) -> str:
    return "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in line)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):  # a library's arguments don't match its message's placeholders
        return f"{record.msg} {record.args}"


def _encoded(line: dict[str, object]) -> str:
    clean = {name: _clean(value) for name, value in line.items()}
    try:
        return json.dumps(clean, default=_clean_text, allow_nan=False)
    except (TypeError, ValueError):  # a value that JSON can't represent
        return json.dumps({name: _clean_text(value) for name, value in clean.items()})


def _clean(value: object) -> object:
    """Return `value` with secrets redacted in its strings, including nested ones."""
    match value:
        case str():
            return redacted(value)
        case dict():
            return {key: _clean(one) for key, one in value.items()}
        case list() | tuple():
            return [_clean(one) for one in value]
        case _:
            return value


def _clean_text(value: object) -> str:
    return redacted(str(value))


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.critical("uncaught error: %r", error, exc_info=(kind, error, trace))


def _log_uncaught_of_thread(uncaught: threading.ExceptHookArgs) -> None:
    if uncaught.exc_value is not None and not isinstance(uncaught.exc_value, SystemExit):
        name = uncaught.thread.name if uncaught.thread else "unknown"
        trace = (uncaught.exc_type, uncaught.exc_value, uncaught.exc_traceback)
        log.critical("thread %s ended by an uncaught error: %r", name, uncaught.exc_value, exc_info=trace)


def _log_unraisable(ignored: "sys.UnraisableHookArgs") -> None:
    log.error("ignored error in %r: %r", ignored.object, ignored.exc_value)
