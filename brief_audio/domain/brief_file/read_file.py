"""Read a brief file, up to the maximum size."""

import os
import stat
from pathlib import Path

from brief_audio.domain.brief_file.problems import printable
from brief_audio.domain.errors import InvalidInputError, NotFoundError

LARGEST_BYTES = 8 * 1024 * 1024


def read_text(path: Path) -> str:
    """Return the file's text without a byte order mark.

    Raise `NotFoundError` if the file doesn't exist, and `InvalidInputError` if it can't be read, is larger than 8 MiB
    or isn't UTF-8.
    """
    return text_of(_read_bytes(path), str(path))


def text_of(raw: bytes, name: str) -> str:
    """Return the text in a file's bytes without a byte order mark; raise `InvalidInputError` as `read_text` does."""
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
        raise NotFoundError(f"{printable(str(path))}: no such file") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidInputError(f"{printable(str(path))}: cannot be read: {reason}") from error


def _opened(name: str, flags: int) -> int:
    """Open a file like `open`, but never wait for a pipe's writer, and refuse anything that isn't a regular file."""
    descriptor = os.open(name, flags | os.O_NONBLOCK | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InvalidInputError(f"{printable(name)}: is not a regular file; save the brief to one and use that")
    return descriptor
