"""The voices that shows may speak with."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from brief_audio.db import shows
from brief_audio.speech.base import VoiceCard


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


def save_voices(session: Session, cards: Iterable[VoiceCard]) -> None:
    """Save the voices to the database."""
    shows.save_voices(session, (asdict(card) for card in cards))


def voices(session: Session) -> list[VoiceLine]:
    """Return every voice, by name."""
    found = shows.voices(session)
    columns = VoiceCard.__dataclass_fields__
    return [VoiceLine(**{column: getattr(voice, column) for column in columns}) for voice in found]
