"""Copies on their way into the disk store: written separately, made durable and verified before they are named."""

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

TEMPORARY = ".temporary"  # a folder in the root; no stored object can have such a name
_NEW_FILE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class VerifiedCopy:
    """A complete copy without a name or, if the file system can't do that, with a temporary one."""

    name: str | None
    folder: int
    descriptor: int

    def link(self, file: str, target: int) -> None:
        """Name the copy `file` in the folder `target`; raise `FileExistsError` if the name is taken."""
        if self.name is not None:
            os.link(self.name, file, src_dir_fd=self.folder, dst_dir_fd=target, follow_symlinks=False)
        else:
            os.link(f"/proc/self/fd/{self.descriptor}", file, dst_dir_fd=target, follow_symlinks=True)


@contextmanager
def verified_copy(source: Path, temporary: int) -> Iterator[VerifiedCopy]:
    """Copy `source` into the folder `temporary` and yield the copy; an unlinked copy is deleted afterwards."""
    name, descriptor = _new_file(temporary)
    try:
        crc32c = crc32c_of(_copied(source, descriptor))
        os.fsync(descriptor)
        if file_crc32c(descriptor) != crc32c:
            raise StorageError(f"the stored bytes differ from {source}: the disk may be failing")
        keep_crc32c(descriptor, crc32c)
        yield VerifiedCopy(name, temporary, descriptor)
    finally:
        os.close(descriptor)
        if name is not None:
            with suppress(FileNotFoundError):  # already swept, if the machine slept for days
                os.unlink(name, dir_fd=temporary)


def _new_file(temporary: int) -> tuple[str | None, int]:
    """Open a file without a name: the kernel deletes it when its process ends, for any reason."""
    try:
        return None, os.open(".", os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, PRIVATE_FILE, dir_fd=temporary)
    except OSError as error:
        if error.errno not in {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL}:
            raise
    name = secrets.token_hex(16)
    return name, os.open(name, _NEW_FILE, PRIVATE_FILE, dir_fd=temporary)


def swept(name: str, temporary: int, older_than: datetime) -> bool:
    """Remove a copy that has not been written to since `older_than`; return whether this call removed it."""
    try:
        if os.stat(name, dir_fd=temporary, follow_symlinks=False).st_mtime >= older_than.timestamp():
            return False
        os.unlink(name, dir_fd=temporary)
    except FileNotFoundError:
        return False  # its owner just finished it
    return True


def _copied(source: Path, descriptor: int) -> Iterator[bytes]:
    """Yield the bytes of `source`, each block after writing it to an open file."""
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
        raise StorageError(f"cannot read the file to store: {source}: {error.strerror}") from error


def _write_all(descriptor: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
