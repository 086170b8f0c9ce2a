"""Folders and files for their owner alone, whatever the folder above them allows and whatever the umask says."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
PRIVATE_UMASK = 0o077  # for programs that make files of their own


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can enter, with those that are missing above it; leave one that exists."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_private(folder.parent)
    try:
        folder.mkdir(mode=PRIVATE_FOLDER)
    except FileExistsError:
        if not folder.is_dir():
            raise
        return  # another process made it at this moment
    folder.chmod(PRIVATE_FOLDER)  # a umask can take from the owner, too


def private_opener(path: str, flags: int) -> int:
    """Open a file as `open(opener=…)` asks for; one that is made is its owner's alone."""
    return os.open(path, flags, PRIVATE_FILE)


def close_to_others(folder: Path) -> bool:
    """Take from others what they may do with a folder of ours and all that is in it; return whether they could.

    A link, and what belongs to another user, is left as it is. Nothing in a closed folder can be reached,
    so a closed folder is not looked into.
    """
    if not _close(folder):
        return False
    for path in _below(folder):
        _close(path)
    return True


def _below(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        yield from (Path(root, name) for name in (*folders, *files))


def _close(path: Path) -> bool:
    with suppress(FileNotFoundError):  # removed at this moment
        status = path.lstat()
        is_ours = status.st_uid == os.geteuid() and not stat.S_ISLNK(status.st_mode)
        if is_ours and status.st_mode & PRIVATE_UMASK:
            path.chmod(stat.S_IMODE(status.st_mode) & ~PRIVATE_UMASK)
            return True
    return False
