"""Store the cover of a show."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from brief_audio.domain.errors import ObjectExistsError
from brief_audio.domain.object_names import cover_name
from brief_audio.storage.base import AudioStore


def store_cover(store: AudioStore, show: str, image: Path) -> str:
    """Store a show's cover under a name derived from its content; return that name."""
    name = cover_name(show, sha256(image.read_bytes()).hexdigest(), image.suffix)
    with suppress(ObjectExistsError):  # the same picture is stored already
        store.put(name, image, "image/png" if image.suffix == ".png" else "image/jpeg")
    return name
