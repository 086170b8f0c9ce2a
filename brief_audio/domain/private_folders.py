"""Folders and files for their owner only, regardless of the parent folder and the umask."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
PRIVATE_UMASK = 0o077  # for programs that create their own files


def make_private(folder: Path) -> None:
    """Create a folder that only its owner can enter, with any missing parents; leave an existing one as it is."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_private(folder.parent)
    try:
        folder.mkdir(mode=PRIVATE_FOLDER)
    except FileExistsError:
        if not folder.is_dir():
            raise
        return  # another process just created it
    folder.chmod(PRIVATE_FOLDER)  # a umask can remove the owner's rights, too


def private_opener(path: str, flags: int) -> int:
    """Open a file as `open(opener=…)` requires; a new file is for its owner only."""
    return os.open(path, flags, PRIVATE_FILE)


def close_to_others(folder: Path) -> bool:
    """Remove other users' access to our folder and everything in it; return whether they had any.

    Links and other users' files are left as they are. Nothing inside a closed folder can be reached, so such a folder
    is not searched.
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
    with suppress(FileNotFoundError):  # just removed
        status = path.lstat()
        is_ours = status.st_uid == os.geteuid() and not stat.S_ISLNK(status.st_mode)
        if is_ours and status.st_mode & PRIVATE_UMASK:
            path.chmod(stat.S_IMODE(status.st_mode) & ~PRIVATE_UMASK)
            return True
    return False
