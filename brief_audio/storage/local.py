"""Store objects on a local disk, with the same guarantees as a bucket, for one machine."""

import io
import os
import stat as modes
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from brief_audio.domain.errors import InvalidObjectNameError, ObjectExistsError, ObjectMissingError, StorageError
from brief_audio.domain.object_names import check_object_name, check_object_prefix
from brief_audio.storage.base import StoredObject
from brief_audio.storage.checksums import kept_crc32c
from brief_audio.storage.file_listing import file_names
from brief_audio.storage.file_range import RangeReader
from brief_audio.storage.safe_folders import failures_told, folder
from brief_audio.storage.verified_copies import TEMPORARY, swept, verified_copy

_BUFFER_BYTES = 1 << 18
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  # don't block on a pipe


class LocalStore:
    """Objects as files below `root`, which is created on first use; an `AudioStore`.

    `stored_at` is the file's modification time. Content types are not stored: they follow from the names.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, source: Path, content_type: str) -> StoredObject:  # noqa: ARG002
        """Store a file: write, sync and verify a copy, then link it to its name, which fails if the name is taken."""
        check_object_name(name)
        *folders, file = name.split("/")
        with (
            failures_told(self._root / name, missing=StorageError),
            folder(self._root, folders, make=True) as target,
            folder(self._root, [TEMPORARY], make=True) as temporary,
        ):
            if _is_taken(file, target):
                raise _taken(name)
            with verified_copy(source, temporary) as copy:
                try:
                    copy.link(file, target)
                except FileExistsError:
                    raise _taken(name) from None
                os.fsync(target)
                return _stored(name, copy.descriptor)

    def open_range(self, name: str, start: int = 0, end: int | None = None) -> BinaryIO:
        """Open part of an object; an `end` beyond its size means its end. A complete object has a `fileno()`."""
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"bytes {start} to {end} are not a range")
        with failures_told(self._root / name):
            descriptor = self._opened(name)
            size_bytes = os.fstat(descriptor).st_size
            end = size_bytes if end is None else min(end, size_bytes)
            return io.BufferedReader(RangeReader(descriptor, min(start, end), end), _BUFFER_BYTES)

    def stat(self, name: str) -> StoredObject:
        """Return the facts of a stored object; the checksum is cached with the file, so this reads no audio."""
        with failures_told(self._root / name):
            descriptor = self._opened(name)
            try:
                return _stored(name, descriptor)
            finally:
                os.close(descriptor)

    def delete(self, name: str) -> bool:
        """Delete an object; readers that already have it open can continue."""
        check_object_name(name)
        *folders, file = name.split("/")
        try:
            with failures_told(self._root / name), folder(self._root, folders) as parent:
                _refuse_other_than_file(name, os.stat(file, dir_fd=parent, follow_symlinks=False).st_mode)
                os.unlink(file, dir_fd=parent)
                os.fsync(parent)
        except ObjectMissingError:
            return False
        return True

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the stored objects; files that are not the product's objects are left out."""
        check_object_prefix(prefix)
        return self._listed(prefix)

    def place(self, name: str) -> str:
        """Return the object's path."""
        check_object_name(name)
        return str(self._root / name)

    def signed_url(self, name: str, lifetime: timedelta) -> str | None:  # noqa: ARG002
        """Return None: a disk signs nothing."""
        check_object_name(name)
        return None

    def close(self) -> None:
        """Do nothing: a disk has no connections."""

    def sweep_temporary(self, older_than: datetime) -> int:
        """Remove unfinished copies that have not been written to since `older_than`; return how many."""
        try:
            with (
                failures_told(self._root / TEMPORARY),
                folder(self._root, [TEMPORARY]) as temporary,
                os.scandir(temporary) as entries,
            ):
                return sum(swept(entry.name, temporary, older_than) for entry in entries)
        except ObjectMissingError:
            return 0

    def _opened(self, name: str) -> int:
        check_object_name(name)
        *folders, file = name.split("/")
        with folder(self._root, folders) as parent:
            descriptor = os.open(file, _READ, dir_fd=parent)
        try:
            _refuse_other_than_file(name, os.fstat(descriptor).st_mode)
        except StorageError:
            os.close(descriptor)
            raise
        return descriptor

    def _listed(self, prefix: str) -> Iterator[StoredObject]:
        for name in file_names(self._root, prefix):
            try:
                yield self.stat(name)
            except (InvalidObjectNameError, ObjectMissingError):
                continue  # not ours, or just deleted


def _is_taken(file: str, parent: int) -> bool:
    try:
        os.stat(file, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _taken(name: str) -> ObjectExistsError:
    return ObjectExistsError(f"{name} is already stored, and stored objects never change")


def _refuse_other_than_file(name: str, mode: int) -> None:
    if not modes.S_ISREG(mode):
        raise StorageError(f"{name} is not a regular file")


def _stored(name: str, descriptor: int) -> StoredObject:
    status = os.fstat(descriptor)
    changed_at = datetime.fromtimestamp(status.st_mtime, UTC)
    return StoredObject(name, status.st_size, kept_crc32c(descriptor), changed_at)
