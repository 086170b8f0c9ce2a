"""Read stored item narrations by narration key."""

import errno
import shutil
from pathlib import Path

from brief_audio.domain.errors import StorageError, StorageFullError
from brief_audio.domain.object_names import narration_name
from brief_audio.mastering.narration_file import NarrationShape, narration_shape, stream_narration
from brief_audio.storage.base import AudioStore


def fetch(store: AudioStore, key: str, path: Path) -> None:
    """Copy the stored narration with that key to `path`, replacing any file there.

    Raise `ObjectMissingError` if it is not stored, and `StorageFullError` if the disk is full.
    """
    with store.open_range(narration_name(key)) as source:
        try:
            with path.open("wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
        except OSError as error:
            kind = StorageFullError if error.errno in {errno.ENOSPC, errno.EDQUOT} else StorageError
            raise kind(f"the folder for temporary files cannot be written to: {error}") from error


def checked_shape(path: Path) -> NarrationShape:
    """Decode a whole narration and return its shape; raise `MasteringError` if it is damaged."""
    for _ in stream_narration(path):
        pass
    return narration_shape(path)
