"""Create and list shows."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from brief_audio.db import shows
from brief_audio.db.models import Show
from brief_audio.domain.errors import ConflictError, NotFoundError
from brief_audio.domain.shows import NewShow


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
