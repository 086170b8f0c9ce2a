"""Reads a brief file, no further than a brief can reach."""

import os
import stat
from pathlib import Path

from brief_audio.domain.brief_file.problems import printable
from brief_audio.domain.errors import InvalidInputError, NotFoundError

LARGEST_BYTES = 8 * 1024 * 1024


def read_text(path: Path) -> str:
    """Return the file's text without a byte order mark.

    Raise `NotFoundError` where it is not there, `InvalidInputError` where it cannot be read, is larger than 8 MiB or
    is not UTF-8.
    """
    return text_of(_read_bytes(path), str(path))


def text_of(raw: bytes, name: str) -> str:
    """Return the text of a file's bytes without a byte order mark; raise `InvalidInputError` as `read_text` does."""
    if len(raw) > LARGEST_BYTES:
        raise InvalidInputError(f"{printable(name)}: is larger than {LARGEST_BYTES // 1024 // 1024} MiB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{error.object[error.start]:02x} at position {error.start} ({error.reason})"
        message = f"line {line}: is not UTF-8: {byte}; save it as UTF-8"
        raise InvalidInputError(f"{printable(name)}: {message}") from error


def _read_bytes(path: Path) -> bytes:
    try:
        with open(path, "rb", opener=_opened) as file:
            return file.read(LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFoundError(f"{printable(str(path))}: there is no such file") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidInputError(f"{printable(str(path))}: cannot be read: {reason}") from error


def _opened(name: str, flags: int) -> int:
    """Open as `open` asks, but wait for nobody to write into a pipe, and refuse whatever is not a regular file."""
    descriptor = os.open(name, flags | os.O_NONBLOCK | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InvalidInputError(f"{printable(name)}: is not a regular file; save the brief into one and give that")
    return descriptor
