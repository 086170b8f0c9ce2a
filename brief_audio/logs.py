"""One formatter and one set-up function for the log; it goes to standard error."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """One JSON object a line; what was given as `extra` stands beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line for `record`."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        } | {name: value for name, value in vars(record).items() if name not in PLAIN}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """Time, level and message for a person; on a terminal a line begins by wiping a progress bar that stands there."""

    def __init__(self, *, is_terminal: bool) -> None:
        wipe = "\r\x1b[2K" if is_terminal else ""
        super().__init__(wipe + "{asctime} {levelname:<7} {message}", datefmt="%H:%M:%S", style="{")


def set_up(log_format: str, stream: TextIO = sys.stderr) -> None:
    """Send every record from INFO up to `stream`, as `text` or `json`; libraries only from WARNING."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter(is_terminal=stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("brief_audio", "scheduler", "admin"):
        logging.getLogger(name).setLevel(logging.INFO)
