"""Write rows: the one way for services to add, save and delete what they have built or changed.

Services decide what a row says; when and how it is sent to the database is decided here.
"""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from brief_audio.db.models.base import Base


def add(session: Session, *rows: Base) -> None:
    """Insert new rows at once, so that they have their numbers and break no constraint later."""
    add_all(session, rows)


def add_all(session: Session, rows: Iterable[Base]) -> None:
    """Insert any number of new rows at once."""
    session.add_all(rows)
    session.flush()


def save(session: Session) -> None:
    """Write what has been changed in the rows of this session at once."""
    session.flush()


def delete(session: Session, row: Base) -> None:
    """Delete a row when the transaction next writes."""
    session.delete(row)
