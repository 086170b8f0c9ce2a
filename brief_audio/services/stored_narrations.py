"""Item audio that is stored already, by narration key."""

import shutil
from pathlib import Path

from brief_audio.domain.errors import ObjectMissingError
from brief_audio.domain.names import narration_name
from brief_audio.storage.base import AudioStore


def has(store: AudioStore, key: str) -> bool:
    """Say whether the sound of that key is stored."""
    try:
        store.stat(narration_name(key))
    except ObjectMissingError:
        return False
    return True


def fetch(store: AudioStore, key: str, path: Path) -> None:
    """Copy the stored sound of that key to `path`, in place of what lies there."""
    with store.open_range(narration_name(key)) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
