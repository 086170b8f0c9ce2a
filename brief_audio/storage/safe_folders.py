"""Open the disk store's folders one by one through descriptors, so that no symbolic link leads outside."""

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
    """Turn system errors about `place` into a `StorageError` of the right kind that names it.

    `missing` is raised if nothing exists there: for a reader that is a fact, for a writer a failure.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise missing(f"nothing is stored at {place}") from error
    except OSError as error:
        reason = f"{place}: {error.strerror or error}"
        if error.errno in _DENIED:
            raise StorageDeniedError(f"storage denied access to {reason}") from error
        if error.errno in _FULL:
            raise StorageFullError(f"storage is full at {reason}") from error
        if error.errno in _LINK:
            raise StorageError(f"a symbolic link or a file is in the way at {reason}") from error
        raise StorageError(f"storage failed at {reason}") from error


@contextmanager
def folder(root: Path, names: Sequence[str], *, make: bool = False) -> Iterator[int]:
    """Yield a descriptor of a folder below `root`; `make` creates missing folders durably, for their owner only.

    `root` itself may be a symbolic link set up by its owner; nothing below it may be.
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
    os.chmod(name, PRIVATE_FOLDER, dir_fd=parent)  # regardless of the umask
    os.fsync(parent)
