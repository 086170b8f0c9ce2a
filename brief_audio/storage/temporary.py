"""Copies on their way into the disk store: written apart, made durable and verified before they get a name."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from brief_audio.domain.errors import StorageError
from brief_audio.domain.private_folders import PRIVATE_FILE
from brief_audio.storage.checksums import blocks, crc32c_of, file_crc32c, keep_crc32c

TEMPORARY = ".temporary"  # a folder of the root; no stored object can have such a name
_NEW_FILE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class VerifiedCopy:
    """A complete copy that has no name yet or, where the file system cannot do that, a temporary one."""

    name: str | None
    folder: int
    descriptor: int

    def link(self, file: str, target: int) -> None:
        """Name the copy `file` in the folder `target`; raise `FileExistsError` where that is taken."""
        if self.name is not None:
            os.link(self.name, file, src_dir_fd=self.folder, dst_dir_fd=target, follow_symlinks=False)
        else:
            os.link(f"/proc/self/fd/{self.descriptor}", file, dst_dir_fd=target, follow_symlinks=True)


@contextmanager
def verified_copy(source: Path, temporary: int) -> Iterator[VerifiedCopy]:
    """Copy `source` into the folder `temporary` and yield the copy; what was not linked is gone afterwards."""
    name, descriptor = _new_file(temporary)
    try:
        crc32c = crc32c_of(_copied(source, descriptor))
        os.fsync(descriptor)
        if file_crc32c(descriptor) != crc32c:
            raise StorageError(f"what was stored differs from {source}: the disk may be failing")
        keep_crc32c(descriptor, crc32c)
        yield VerifiedCopy(name, temporary, descriptor)
    finally:
        os.close(descriptor)
        if name is not None:
            with suppress(FileNotFoundError):  # swept, after a sleep of days
                os.unlink(name, dir_fd=temporary)


def _new_file(temporary: int) -> tuple[str | None, int]:
    """Open a file without a name: the kernel forgets it with its process, however that dies."""
    try:
        return None, os.open(".", os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, PRIVATE_FILE, dir_fd=temporary)
    except OSError as error:
        if error.errno not in {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}:
            raise
    name = secrets.token_hex(16)
    return name, os.open(name, _NEW_FILE, PRIVATE_FILE, dir_fd=temporary)


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
