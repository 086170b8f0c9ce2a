"""A folder of files created once, by whichever process comes first, and again if it is incomplete."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.domain.private_folders import PRIVATE_FILE, make_private, private_opener
from brief_audio.speech.base import go_on

_MANIFEST = "manifest.json"
_POLL_SECONDS = 0.1


def cached_folder(folder: Path, *, recipe: str, make: Callable[[Path], None], wait_seconds: float) -> Path:
    """Return `folder`, filled by `make` unless it is already complete and made with the same `recipe`.

    `make` fills an empty folder, which replaces `folder` only when finished. Other processes wait for it for up to
    `wait_seconds`, then raise `VoiceUnavailableError`; an `OSError` is turned into the same error.
    """
    try:
        if not _is_whole(folder, recipe):
            make_private(folder.parent)
            with exclusive_process(folder, wait_seconds):
                if not _is_whole(folder, recipe):
                    _make_again(folder, recipe, make)
    except OSError as error:
        raise VoiceUnavailableError(f"cannot write the voice's files to {folder}: {error}") from error
    return folder


def _is_whole(folder: Path, recipe: str) -> bool:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return bool(manifest == {"recipe": recipe, "sha256": _sums(folder)})
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False


def _sums(folder: Path) -> dict[str, str]:
    sums = {}
    for path in sorted(folder.iterdir()):
        if path.name != _MANIFEST:
            with path.open("rb") as file:
                sums[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return sums


@contextmanager
def exclusive_process(folder: Path, wait_seconds: float, check: Callable[[], None] = go_on) -> Iterator[None]:
    """Hold a lock that the kernel releases when this process ends; an error raised by `check` ends the wait for it."""
    give_up_at = time.monotonic() + wait_seconds
    with open(folder.with_name(f"{folder.name}.lock"), "w", opener=private_opener) as file:
        while not _locks(file.fileno()):
            if time.monotonic() > give_up_at:
                raise VoiceUnavailableError(
                    f"another process is still creating {folder} after {wait_seconds:g} s; check that process"
                )
            check()
            time.sleep(_POLL_SECONDS)
        yield


def _locks(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_again(folder: Path, recipe: str, make: Callable[[Path], None]) -> None:
    prefix = f".{folder.name}-"
    for leftover in folder.parent.glob(f"{prefix}*"):  # from killed processes
        shutil.rmtree(leftover)
    unfinished = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    try:
        make(unfinished)
        manifest = {"recipe": recipe, "sha256": _sums(unfinished)}
        (unfinished / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        _write_through(unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write_through(folder: Path) -> None:
    """Flush the files to disk before the folder gets its name, so that a power cut can't leave a partial folder."""
    for path in (*folder.iterdir(), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            if path != folder:
                os.fchmod(descriptor, PRIVATE_FILE)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
