"""Shows, their voices and their lexicons."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from brief_audio.db.models import LexiconRule, Show, Voice
from brief_audio.domain import script
from brief_audio.domain.shows import NewShow
from brief_audio.domain.slugs import is_slug


def find_show(session: Session, slug: str, *, for_update: bool = False) -> Show | None:
    """Return the show with this slug; `for_update` locks it until the transaction ends."""
    if not is_slug(slug):
        return None  # PostgreSQL rejects NUL
    query = select(Show).where(Show.slug == slug)
    if for_update:
        # Anything read before the lock was granted is stale.
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.execute(query).scalar_one_or_none()


def add_show(session: Session, new: NewShow, voice: Voice) -> Show | None:
    """Insert a show; return None if its slug is taken."""
    row = {
        "slug": new.slug,
        "title": new.title,
        "tagline": new.tagline,
        "language": new.language,
        "time_zone": new.time_zone,
        "voice_id": voice.id,
    }
    statement = insert(Show).values(row).on_conflict_do_nothing(index_elements=["slug"]).returning(Show)
    return session.execute(statement).scalar_one_or_none()


def all_shows(session: Session) -> list[Show]:
    """Return every show with its voice, by slug."""
    return list(session.execute(select(Show).options(joinedload(Show.voice)).order_by(Show.slug)).scalars())


def lock(session: Session, show_id: int) -> None:
    """Prevent other imports into a show until the transaction ends."""
    session.execute(select(Show.id).where(Show.id == show_id).with_for_update(key_share=True))


def show_slugs(session: Session) -> list[str]:
    """Return every show's slug, in order."""
    return list(session.execute(select(Show.slug).order_by(Show.slug)).scalars())


def find_voice(session: Session, name: str) -> Voice | None:
    """Return the voice with this name."""
    return session.execute(select(Voice).where(Voice.name == name)).scalar_one_or_none()


def voices(session: Session) -> list[Voice]:
    """Return every voice, by name."""
    return list(session.execute(select(Voice).order_by(Voice.name)).scalars())


def save_voices(session: Session, cards: Iterable[dict[str, object]]) -> None:
    """Insert new voices and update existing ones."""
    for card in cards:
        changed = {column: value for column, value in card.items() if column != "name"}
        statement = insert(Voice).values(card).on_conflict_do_update(index_elements=["name"], set_=changed)
        session.execute(statement)


def lexicon(session: Session, show_id: int) -> tuple[script.Pronunciation, ...]:
    """Return a show's pronunciation rules."""
    rows = session.execute(select(LexiconRule).where(LexiconRule.show_id == show_id).order_by(LexiconRule.id)).scalars()
    return tuple(script.Pronunciation(row.written, row.spoken, row.match_case) for row in rows)
