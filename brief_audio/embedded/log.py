"""The server's log file: search it for causes, and keep it small."""

import contextlib
import os
import shutil
from pathlib import Path

_TAIL_BYTES = 16_384
_LARGEST_BYTES = 8 * 1024 * 1024


def words_since(log: Path, offset: int) -> str:
    """Return the end of what was written to `log` after its first `offset` bytes."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(offset if offset <= size else 0, size - _TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def shorten(log: Path, largest_bytes: int = _LARGEST_BYTES) -> None:
    """Move a log larger than `largest_bytes` aside, replacing the previous one; the server keeps writing to `log`.

    Ignore failures (the log was removed, the disk is full): the server matters more than its log.
    """
    with contextlib.suppress(OSError):
        if log.stat().st_size > largest_bytes:
            shutil.copy(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)
