"""Serve listeners: the front page, one edition, one stored object. No transaction stays open while a file is sent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import BinaryIO
from urllib.parse import urlsplit

from brief_audio.db import listening
from brief_audio.db.engine import Database
from brief_audio.db.listening import Edition, ListenableRendition, Making, ShowCard
from brief_audio.domain.contents import Contents
from brief_audio.domain.errors import InvalidObjectNameError, NotFoundError, ObjectMissingError
from brief_audio.domain.names import check_object_name, narration_name
from brief_audio.storage.base import AudioStore

EDITIONS_ON_A_PAGE = 20
SIGNED_FOR = timedelta(hours=6)  # a paused player resumes with the URL that it was given
AUDIO, CAPTIONS, CHAPTERS = ".mp3", ".vtt", ".chapters.json"
COVER_TYPES = {"png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class FrontPage:
    """Editions, newest first; `contents` are those of the first, and `older_before` is where the next page begins.

    `show` is set if there is only one show; `making` is only looked up while nothing is published.
    """

    show: ShowCard | None
    editions: tuple[Edition, ...]
    contents: Contents | None
    older_before: date | None
    making: Making | None


@dataclass(frozen=True, slots=True)
class BriefPage:
    """One edition with its contents."""

    edition: Edition
    contents: Contents
    is_sole_show: bool


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


def front_page(db: Database, *, before: date | None = None) -> FrontPage:
    """Return the newest editions before `before`; the first page includes the contents of its newest edition."""
    with db.transaction() as session:
        editions = listening.daily_editions(session, before=before, at_least=EDITIONS_ON_A_PAGE)
        last = editions[-1].local_date if editions else None
        older = last is not None and listening.has_daily_edition(session, before=last)
        kept = listening.kept_contents(session, editions[0].rendition_id) if editions and before is None else None
        return FrontPage(
            show=listening.sole_show(session),
            editions=tuple(editions),
            contents=Contents.from_json(kept) if kept else None,
            older_before=last if older else None,
            making=None if editions or before else listening.making(session),
        )


def brief_page(db: Database, slug: str) -> BriefPage:
    """Return the edition of a brief; raise `NotFoundError` if none is published."""
    with db.transaction() as session:
        edition = listening.edition(session, slug) if slug.isprintable() else None  # PostgreSQL takes no NUL
        if edition is None:
            raise NotFoundError(f"no edition of {slug!r} is published")
        kept = listening.kept_contents(session, edition.rendition_id)
        return BriefPage(edition, Contents.from_json(kept), listening.sole_show(session) is not None)


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


def require_whole(store: AudioStore, file: StoredFile) -> None:
    """Raise `ObjectMissingError` if an object is missing from the store or no longer has its original size."""
    if file.is_measured:
        return
    size_bytes = store.stat(file.name).size_bytes
    if size_bytes != file.size_bytes:
        raise ObjectMissingError(f"{file.name} has {size_bytes} of {file.size_bytes} bytes")


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
