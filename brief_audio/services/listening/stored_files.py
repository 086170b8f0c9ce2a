"""The stored files that listeners may have: sound, captions, chapters, covers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from urllib.parse import urlsplit

from brief_audio.db import listening
from brief_audio.db.connection.engine import Database
from brief_audio.db.listening import ListenableRendition
from brief_audio.domain.errors import InvalidObjectNameError, NotFoundError, ObjectMissingError
from brief_audio.domain.object_names import check_object_name, narration_name
from brief_audio.storage.base import AudioStore

SIGNED_FOR = timedelta(hours=6)  # a paused player resumes with the URL that it was given
AUDIO, CAPTIONS, CHAPTERS = ".mp3", ".vtt", ".chapters.json"
COVER_TYPES = {"png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored object for listeners, with its HTTP validators; `etag` is strong and has no quotes."""

    name: str
    content_type: str
    size_bytes: int
    etag: str
    modified_at: datetime
    filename: str  # offered when it is downloaded
    is_measured: bool = False  # the size was just read from the store


def audio_file(db: Database, store: AudioStore, name: str) -> StoredFile:
    """Return a rendition's audio, captions or chapters by object name.

    Raise `NotFoundError` unless a published or superseded rendition has that object.
    """
    stem, suffix = _split(name)
    with db.transaction() as session:
        rendition = listening.listenable(session, stem + AUDIO)
    if rendition is None:
        raise NotFoundError(f"no published rendition has the file {name!r}")
    if suffix == AUDIO:
        return _sound(rendition)
    named = {CAPTIONS: rendition.captions_object, CHAPTERS: rendition.chapters_object}
    if named[suffix] != name:
        raise NotFoundError(f"no published rendition has the file {name!r}")
    content_type = {CAPTIONS: "text/vtt; charset=utf-8", CHAPTERS: "application/json+chapters"}[suffix]
    etag = f"{rendition.sha256}{suffix.replace('.', '-')}"
    file = _beside(store, name, content_type, etag, rendition.brief_slug + suffix)
    expected = {CAPTIONS: rendition.captions_bytes, CHAPTERS: rendition.chapters_bytes}[suffix]
    if expected is not None and expected != file.size_bytes:
        raise ObjectMissingError(f"{name} has {file.size_bytes} of {expected} bytes")
    return file


def cover_file(db: Database, store: AudioStore, name: str) -> StoredFile:
    """Return a show's cover by object name; raise `NotFoundError` if no show has that cover."""
    _check(name)
    filename = name.rpartition("/")[2]
    digest, _, suffix = filename.partition(".")
    content_type = COVER_TYPES.get(suffix)
    with db.transaction() as session:
        known = content_type is not None and listening.is_cover(session, name)
    if content_type is None or not known:
        raise NotFoundError(f"no show has the cover {name!r}")
    return _beside(store, name, content_type, digest, filename)


def signed_address(store: AudioStore, name: str) -> str | None:
    """Return a short-lived URL at which the store itself serves the object, or None if the site serves it."""
    return store.signed_url(name, SIGNED_FOR)


def sound_origin(store: AudioStore) -> str | None:
    """Return the origin of the URLs that `signed_address` returns, or None if the site serves the audio.

    Raise `StorageError` if the store cannot be asked.
    """
    address = signed_address(store, narration_name("0" * 64))  # nothing is read, so any name will do
    parts = urlsplit(address or "")
    return f"{parts.scheme}://{parts.netloc}" if address else None


def open_part(store: AudioStore, file: StoredFile, start: int, end: int) -> BinaryIO:
    """Open bytes `start` to `end` (exclusive) of an object."""
    return store.open_range(file.name, start, end)


def _split(name: str) -> tuple[str, str]:
    _check(name)
    for suffix in (AUDIO, CAPTIONS, CHAPTERS):
        if name.endswith(suffix):
            return name.removesuffix(suffix), suffix
    raise NotFoundError(f"{name!r} is not a file for listeners")


def _check(name: str) -> None:
    try:
        check_object_name(name)
    except InvalidObjectNameError as error:
        raise NotFoundError(f"{name!r} is not an object name") from error


def _sound(rendition: ListenableRendition) -> StoredFile:
    return StoredFile(
        name=rendition.audio_object,
        content_type="audio/mpeg",
        size_bytes=rendition.size_bytes,
        etag=rendition.sha256,
        modified_at=rendition.made_at,
        filename=rendition.brief_slug + AUDIO,
    )


def _beside(store: AudioStore, name: str, content_type: str, etag: str, filename: str) -> StoredFile:
    """Return a small object whose size only the store knows; its name never changes content, so the tag is strong."""
    stored = store.stat(name)
    return StoredFile(name, content_type, stored.size_bytes, etag, stored.stored_at, filename, is_measured=True)
