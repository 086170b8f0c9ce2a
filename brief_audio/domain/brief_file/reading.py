"""Reads a brief file, no further than a brief can reach."""

from pathlib import Path

from brief_audio.domain.errors import InvalidInputError, NotFoundError

LARGEST_BYTES = 8 * 1024 * 1024


def read_text(path: Path) -> str:
    """Return the file's text without a byte order mark.

    Raise `NotFoundError` where it is not there, `InvalidInputError` where it cannot be read, is larger than 8 MiB or
    is not UTF-8.
    """
    raw = _read_bytes(path)
    if len(raw) > LARGEST_BYTES:
        raise InvalidInputError(f"{path}: is larger than {LARGEST_BYTES // 1024 // 1024} MiB")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8: byte 0x{error.object[error.start]:02x} at position {error.start} ({error.reason})"
        raise InvalidInputError(f"{path}: line {line}: {message}") from error


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFoundError(f"{path}: there is no such file") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidInputError(f"{path}: cannot be read: {reason}") from error
