"""Temporary files: one configured folder, emptied on every path, swept of what killed processes left."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

LOCK = "in-use"
LOCKED_WITHIN_SECONDS = 600


@contextmanager
def work_folder(root: Path, purpose: str) -> Iterator[Path]:
    """Yield a new, private folder below `root` and remove it afterwards, whatever happens.

    While it lives its process holds a lock in it, which the kernel drops on any kind of death.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=f"{purpose}-", dir=root))
    try:
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(root: Path) -> list[str]:
    """Remove the folders below `root` whose process has ended; return their names."""
    folders = [entry for entry in root.iterdir() if entry.is_dir()] if root.is_dir() else []
    return [folder.name for folder in folders if _is_there_to_sweep(folder)]


def _is_there_to_sweep(folder: Path) -> bool:
    try:
        return _remove_if_dead(folder)
    except FileNotFoundError:
        return False  # its owner removed it this moment


def _remove_if_dead(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        # Made this instant by a live process, which has not locked it yet; or long ago by one that died just then.
        if time.time() - folder.stat().st_mtime < LOCKED_WITHIN_SECONDS:
            return False
        shutil.rmtree(folder, ignore_errors=True)
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        shutil.rmtree(folder, ignore_errors=True)
        return True
    finally:
        os.close(descriptor)
