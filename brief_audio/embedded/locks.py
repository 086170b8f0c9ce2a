"""Locks on whole files. The kernel releases them when their last holder ends, for any reason (flock(2))."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def try_shared(descriptor: int) -> bool:
    """Take a shared lock unless another process has an exclusive one; never wait."""
    return _try(descriptor, fcntl.LOCK_SH)


def try_exclusive(descriptor: int) -> bool:
    """Take the exclusive lock unless another process has any lock; never wait."""
    return _try(descriptor, fcntl.LOCK_EX)


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """Open a file or folder for a lock that lasts as long as the block."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _try(descriptor: int, operation: int) -> bool:
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
