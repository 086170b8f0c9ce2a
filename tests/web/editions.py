"""Published editions for tests: rows through the models, files through the store."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Brief, Show
from brief_audio.domain.jobs import NarrationState, QueueRules, RenditionState
from brief_audio.domain.object_names import RenditionNames, cover_name
from brief_audio.domain.rendition_contents import ContentsItem, RenditionContents
from brief_audio.speech.base import SpeechService
from brief_audio.storage.base import AudioStore
from tests import factories
from tests.unit.services.fake_speech import FakeSpeech

CAPTIONS = "WEBVTT\n\n00:00.400 --> 00:03.000\nHarbour bridge reopens a week early\n"
CHAPTERS = '{"version": "1.2.0", "chapters": [{"startTime": 0.4, "title": "Harbour bridge"}]}\n'
MANIFEST = "{}\n"
ITEMS = (
    ContentsItem(
        1, "Harbour bridge reopens", "Cars at noon.\n\nBuses follow.", None, NarrationState.SPOKEN, 400, 10_600
    ),
    ContentsItem(2, "Fares stay", "They do.", "https://www.example.org/fares", NarrationState.REUSED, 10_600, 20_000),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the site reads of the settings."""

    public_url: str = "http://127.0.0.1:8000"
    has_public_url: bool = False
    secret_key: str = field(default="k" * 40, repr=False)
    trusted_proxies: int = 0
    redis_url: str | None = None


@dataclass(frozen=True, slots=True)
class SiteParts:
    """What the site reads of the container."""

    db: Database
    store: AudioStore
    settings: Settings = Settings()
    speech: SpeechService = field(default_factory=FakeSpeech)
    rules: QueueRules = field(default_factory=QueueRules)


@dataclass(frozen=True, slots=True)
class Published:
    """One rendition as it was put in."""

    rendition_id: int
    slug: str
    names: RenditionNames
    sound: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sound).hexdigest()


def add_show(db: Database, slug: str = "morning-brief", **columns: object) -> int:
    with db.transaction() as session:
        return factories.show(session, slug, **{"title": "Morning Brief"} | columns).id


def add_cover(db: Database, store: AudioStore, show_slug: str, cover: Path) -> str:
    name = cover_name(show_slug, hashlib.sha256(cover.read_bytes()).hexdigest(), "png")
    store.put(name, cover, "image/png")
    with db.transaction() as session:
        session.query(Show).filter_by(slug=show_slug).update({"cover_object": name, "cover_alt": "Bars over a field"})
    return name


def add_edition(
    db: Database,
    store: AudioStore,
    sound: Path,
    *,
    show: str = "morning-brief",
    local_date: date = date(2026, 3, 20),
    title: str = "The bridge opens early",
    items: tuple[ContentsItem, ...] = ITEMS,
    peaks: tuple[int, ...] = (10, 60, 100, 40) * 50,
    state: RenditionState = RenditionState.PUBLISHED,
    number: int = 1,
    duration_ms: int = 20_000,
    published_at: datetime | None = None,
    slug: str | None = None,
) -> Published:
    """Store a rendition and, where its state says so, publish it."""
    content = sound.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    slug = slug or f"{show}-{local_date}"
    at = published_at or datetime(local_date.year, local_date.month, local_date.day, 5, 3, tzinfo=UTC)
    with db.transaction() as session:
        show_id = session.query(Show.id).filter_by(slug=show).scalar()
        brief = session.query(Brief).filter_by(slug=slug).one_or_none() or factories.brief(
            session, show_id, local_date, slug=slug, title=title
        )
        rendition = factories.rendition(
            session,
            brief,
            number,
            contents=RenditionContents(items, peaks),
            state=state,
            sha256=digest,
            size_bytes=len(content),
            captions_bytes=len(CAPTIONS.encode()),
            chapters_bytes=len(CHAPTERS.encode()),
            manifest_bytes=len(MANIFEST),
            duration_ms=duration_ms,
            created_at=at - timedelta(seconds=30),
            published_at=None if state is RenditionState.STORED else at,
        )
        names = factories.names_of(rendition)
        rendition_id = rendition.id
    put_files(store, sound, names)
    return Published(rendition_id, slug, names, content)


def put_files(store: AudioStore, sound: Path, names: RenditionNames) -> None:
    store.put(names.audio, sound, "audio/mpeg")
    for name, text in ((names.captions, CAPTIONS), (names.chapters, CHAPTERS), (names.manifest, MANIFEST)):
        beside = sound.with_name(f"beside-{hashlib.sha256(name.encode()).hexdigest()[:8]}")
        beside.write_text(text)
        store.put(name, beside, "text/plain")
        beside.unlink()
