"""Folders of the disk store, entered one by one through descriptors, so that no symbolic link leads out of it."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from brief_audio.domain.errors import ObjectMissingError, StorageDeniedError, StorageError, StorageFullError
from brief_audio.domain.private_folders import PRIVATE_FOLDER, make_private

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_LINK = frozenset({errno.ELOOP, errno.ENOTDIR})


@contextmanager
def failures_told(place: Path, *, missing: type[StorageError] = ObjectMissingError) -> Iterator[None]:
    """Turn what the system raises about `place` into a `StorageError` of the right kind that names it.

    `missing` is raised for what is not there: to whoever reads that is a fact, to whoever writes a failure.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise missing(f"nothing is stored at {place}") from error
    except OSError as error:
        reason = f"{place}: {error.strerror or error}"
        if error.errno in _DENIED:
            raise StorageDeniedError(f"the store may not be used as it should at {reason}") from error
        if error.errno in _FULL:
            raise StorageFullError(f"the store has no room left at {reason}") from error
        if error.errno in _LINK:
            raise StorageError(f"a symbolic link or a file stands in the way at {reason}") from error
        raise StorageError(f"the store failed at {reason}") from error


@contextmanager
def folder(root: Path, names: Sequence[str], *, make: bool = False) -> Iterator[int]:
    """Yield a descriptor of a folder below `root`; `make` creates what is missing, durably and for its owner alone.

    `root` itself may be a link, as its owner set it up; nothing below it may.
    """
    if make:
        make_private(root)
    descriptor = os.open(root, _FOLDER)
    try:
        for name in names:
            if make:
                _make(name, descriptor)
            inner = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def _make(name: str, parent: int) -> None:
    try:
        os.mkdir(name, PRIVATE_FOLDER, dir_fd=parent)
    except FileExistsError:
        return
    os.chmod(name, PRIVATE_FOLDER, dir_fd=parent)  # whatever the umask takes away
    os.fsync(parent)
