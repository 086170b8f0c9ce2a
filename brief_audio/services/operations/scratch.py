"""Manage temporary files: one configured folder, always cleaned up, and swept after processes that were killed."""

import errno
import fcntl
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from brief_audio.domain.errors import MasteringError, StorageFullError
from brief_audio.domain.private_folders import make_private, private_opener

logger = logging.getLogger(__name__)

LOCK = "in-use"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FULL_BELOW_BYTES = 64 * 1024  # less than this is free after a write that failed for lack of space


@contextmanager
def work_folder(root: Path, purpose: str) -> Iterator[Path]:
    """Yield a new private folder below `root`, and always remove it afterwards.

    The process holds a lock in it, which the kernel releases however the process dies. Raise `StorageFullError` if the
    disk has no space for the folder or for what is written inside the block.
    """
    with _lack_of_room_told(root):
        make_private(root)
        folder, lock = _made(root, purpose)
    try:
        with lock, _lack_of_room_told(root):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(root: Path) -> list[str]:
    """Remove the folders below `root` whose process has ended; return their names.

    An unreadable folder is left alone and logged once: files that others put there must not prevent a start.
    """
    folders = [entry for entry in root.iterdir() if entry.is_dir()] if root.is_dir() else []
    return [folder.name for folder in folders if _is_swept(folder)]


@contextmanager
def _lack_of_room_told(root: Path) -> Iterator[None]:
    """Raise `StorageFullError` for errors caused by a full disk; programs that write files rarely say so."""
    try:
        yield
    except (OSError, MasteringError) as error:
        if not _is_full(root, error):
            raise
        raise StorageFullError(f"the folder for temporary files is full: {root}: {error}") from error


def _is_full(root: Path, error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in FULL
    return root.is_dir() and shutil.disk_usage(root).free < FULL_BELOW_BYTES


def _made(root: Path, purpose: str) -> tuple[Path, IO[str]]:
    """Make a folder and lock it; start over if a sweep removes it between the two steps."""
    while True:
        folder = Path(mkdtemp(prefix=f"{purpose}-", dir=root))
        try:
            lock = open(folder / LOCK, "w", opener=private_opener)  # noqa: SIM115  (a Path takes no opener)
        except FileNotFoundError:
            continue
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.fstat(lock.fileno()).st_nlink:
            return folder, lock
        lock.close()


def _is_swept(folder: Path) -> bool:
    try:
        return _remove_if_dead(folder)
    except FileNotFoundError:
        return False  # its owner has just removed it
    except OSError as error:
        _tell_left(folder, error.strerror)
        return False


@cache
def _tell_left(folder: Path, reason: str) -> None:
    logger.warning("could not remove the temporary folder %s: %s", folder, reason)


def _remove_if_dead(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return _remove_unlocked(folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        shutil.rmtree(folder)
        return True
    finally:
        os.close(descriptor)


def _remove_unlocked(folder: Path) -> bool:
    """Remove a folder that had no lock.

    An empty folder was made just now (its owner then makes another one) or by a process that died at that point. A
    folder with files in it is being removed, or its removal was interrupted, unless its owner has made the lock since.
    """
    try:
        folder.rmdir()
    except FileNotFoundError:
        raise
    except OSError:
        if (folder / LOCK).exists():
            return False
        shutil.rmtree(folder)
    return True
