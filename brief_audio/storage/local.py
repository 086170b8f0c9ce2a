"""The store on a local disk: the same promises as a bucket, for one machine."""

import io
import os
import stat as modes
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from brief_audio.domain.errors import InvalidObjectNameError, ObjectExistsError, ObjectMissingError, StorageError
from brief_audio.domain.names import check_object_name, check_object_prefix
from brief_audio.storage.base import StoredObject
from brief_audio.storage.checksums import kept_crc32c
from brief_audio.storage.folders import failures_told, folder
from brief_audio.storage.listing import file_names
from brief_audio.storage.range_reader import RangeReader
from brief_audio.storage.temporary import TEMPORARY, swept, verified_copy

_BUFFER_BYTES = 1 << 18
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe in the way must not be waited for


class LocalStore:
    """Objects as files below `root`, which is made on first use; an `AudioStore`.

    `stored_at` is the file's time of change. Content types are not stored: they follow from the names.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, source: Path, content_type: str) -> StoredObject:  # noqa: ARG002
        """Store a file: written apart, synced, verified, then named in one step that fails where the name is taken."""
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
        """Open a part of an object; an `end` beyond its size means its end. A whole object has a `fileno()`."""
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"bytes {start} to {end} are no range")
        with failures_told(self._root / name):
            descriptor = self._opened(name)
            size_bytes = os.fstat(descriptor).st_size
            end = size_bytes if end is None else min(end, size_bytes)
            return io.BufferedReader(RangeReader(descriptor, min(start, end), end), _BUFFER_BYTES)

    def stat(self, name: str) -> StoredObject:
        """Return what is stored; the checksum comes from the file's own note, so that this reads no sound."""
        with failures_told(self._root / name):
            descriptor = self._opened(name)
            try:
                return _stored(name, descriptor)
            finally:
                os.close(descriptor)

    def delete(self, name: str) -> bool:
        """Delete an object; whoever reads it already may read on."""
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
        """Yield what is stored; files that are no objects of the product are left out."""
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
        """Remove the unfinished copies that nobody has written to since `older_than`; return how many."""
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
                continue  # somebody else's file, or one that was deleted this moment


def _is_taken(file: str, parent: int) -> bool:
    try:
        os.stat(file, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _taken(name: str) -> ObjectExistsError:
    return ObjectExistsError(f"{name} is stored already, and stored objects never change")


def _refuse_other_than_file(name: str, mode: int) -> None:
    if not modes.S_ISREG(mode):
        raise StorageError(f"something other than a file stands at {name}")


def _stored(name: str, descriptor: int) -> StoredObject:
    status = os.fstat(descriptor)
    changed_at = datetime.fromtimestamp(status.st_mtime, UTC)
    return StoredObject(name, status.st_size, kept_crc32c(descriptor), changed_at)
