"""Copies on their way into the disk store: written apart, made durable and verified before they get a name."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from brief_audio.domain.errors import StorageError
from brief_audio.storage.checksums import blocks, crc32c_of, file_crc32c, keep_crc32c

TEMPORARY = ".temporary"  # a folder of the root; no stored object can have such a name
_NEW_FILE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class VerifiedCopy:
    """A complete copy under a temporary name in the folder it was made in."""

    name: str
    descriptor: int


@contextmanager
def verified_copy(source: Path, temporary: int) -> Iterator[VerifiedCopy]:
    """Copy `source` into the folder `temporary` and yield the copy; its temporary name is gone afterwards."""
    name = secrets.token_hex(16)
    descriptor = os.open(name, _NEW_FILE, 0o666, dir_fd=temporary)
    try:
        crc32c = crc32c_of(_copied(source, descriptor))
        os.fsync(descriptor)
        if file_crc32c(descriptor) != crc32c:
            raise StorageError(f"what was stored differs from {source}: the disk may be failing")
        keep_crc32c(descriptor, crc32c)
        yield VerifiedCopy(name, descriptor)
    finally:
        os.close(descriptor)
        with suppress(FileNotFoundError):  # swept, after a sleep of days
            os.unlink(name, dir_fd=temporary)


def swept(name: str, temporary: int, older_than: datetime) -> bool:
    """Remove a copy that nobody has written to since `older_than`; say whether it was there and is gone."""
    try:
        if os.stat(name, dir_fd=temporary, follow_symlinks=False).st_mtime >= older_than.timestamp():
            return False
        os.unlink(name, dir_fd=temporary)
    except FileNotFoundError:
        return False  # its owner finished it this moment
    return True


def _copied(source: Path, descriptor: int) -> Iterator[bytes]:
    """Yield the bytes of `source`, each block once it is written to an open file."""
    opened = _opened(source)
    try:
        for block in blocks(opened):
            _write_all(descriptor, block)
            yield block
    finally:
        os.close(opened)


def _opened(source: Path) -> int:
    try:
        return os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise StorageError(f"the file to be stored cannot be read: {source}: {error.strerror}") from error


def _write_all(descriptor: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
