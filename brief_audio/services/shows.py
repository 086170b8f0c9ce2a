"""Shows, and the voices that they can use."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session

from brief_audio.db import shows
from brief_audio.db.models import Show
from brief_audio.domain.errors import ConflictError, NotFoundError, ObjectExistsError
from brief_audio.domain.names import cover_name
from brief_audio.domain.shows import NewShow
from brief_audio.speech.base import VoiceCard
from brief_audio.storage.base import AudioStore


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """A voice in a list; `is_verified` if the licence terms of everything it is derived from were checked."""

    name: str
    engine: str
    language: str
    rate_hz: int
    licence: str
    descends_from: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class ShowLine:
    """A show in a list."""

    slug: str
    title: str
    language: str
    time_zone: str
    voice: str


def add_show(session: Session, new: NewShow) -> ShowLine:
    """Create a show without a cover and with the default pauses.

    Raise `InvalidInputError` for invalid values, `NotFoundError` for an unknown voice, and `ConflictError` for a slug
    that is already taken.
    """
    checked = new.checked()
    speaker = shows.find_voice(session, checked.voice)
    if speaker is None:
        known = ", ".join(voice.name for voice in shows.voices(session))
        raise NotFoundError(f"there is no voice {checked.voice!r} (the voices are: {known})", code="no_such_voice")
    made = shows.add_show(session, checked, speaker)
    if made is None:
        raise ConflictError(f"there is already a show {checked.slug!r}")
    return _line(made)


def all_shows(session: Session) -> list[ShowLine]:
    """Return every show, by slug."""
    return [_line(show) for show in shows.all_shows(session)]


def _line(show: Show) -> ShowLine:
    return ShowLine(show.slug, show.title, show.language, show.time_zone, show.voice.name)


def keep_voices(session: Session, cards: Iterable[VoiceCard]) -> None:
    """Save the voices to the database."""
    shows.save_voices(session, (asdict(card) for card in cards))


def voices(session: Session) -> list[VoiceLine]:
    """Return every voice, by name."""
    found = shows.voices(session)
    columns = VoiceCard.__dataclass_fields__
    return [VoiceLine(**{column: getattr(voice, column) for column in columns}) for voice in found]


def store_cover(store: AudioStore, show: str, image: Path) -> str:
    """Store a show's cover under a name derived from its content; return that name."""
    name = cover_name(show, sha256(image.read_bytes()).hexdigest(), image.suffix)
    with suppress(ObjectExistsError):  # the same picture is stored already
        store.put(name, image, "image/png" if image.suffix == ".png" else "image/jpeg")
    return name
