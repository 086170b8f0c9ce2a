"""Deletes history that is older than it is kept, a batch at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db.accounts import known_places
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import previews
from brief_audio.db.operations import error_groups, retention, workers
from brief_audio.services.operations.workers import FORGOTTEN_AFTER

TRIES_KEPT_FOR = timedelta(days=1)  # much longer than the longest window in which they count
OVER_KEPT_FOR = timedelta(days=90)


def _forget_attempts(session: Session, _before: datetime, limit: int) -> int:
    return retention.forget_tries(session, TRIES_KEPT_FOR, limit)


def _places(session: Session, _before: datetime, limit: int) -> int:
    return known_places.forget(session, OVER_KEPT_FOR, limit)


def _forget_sessions(session: Session, _before: datetime, limit: int) -> int:
    return retention.forget_sessions(session, OVER_KEPT_FOR, limit)


def _forget_links(session: Session, _before: datetime, limit: int) -> int:
    return retention.forget_links(session, OVER_KEPT_FOR, limit)


FORGET_ACCOUNTS = (
    _forget_attempts,
    _places,
    _forget_sessions,
    _forget_links,
)  # each deletes up to `limit` rows and returns the number
BATCH = 1000
PREVIEWS_KEPT_FOR = timedelta(days=1)  # by then the text has been corrected or published
Forget = Callable[[Session, datetime, int], int]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The number of events and ticks deleted."""

    events: int
    ticks: int


def forget_old(db: Database, *, before: datetime, is_stopping: Callable[[], bool] = lambda: False) -> Forgotten:
    """Delete events, ticks and errors older than `before`, the rows of dead workers, and previews older than a day.

    Raise `TryAgainError` if the database does not answer.
    """
    with db.transaction() as session:
        workers.remove_silent(session, FORGOTTEN_AFTER)
    _forget(db, _forget_previews, before, is_stopping)
    for forget in (*FORGET_ACCOUNTS, error_groups.forget):
        _forget(db, forget, before, is_stopping)
    return Forgotten(
        events=_forget(db, retention.forget_events, before, is_stopping),
        ticks=_forget(db, retention.forget_ticks, before, is_stopping),
    )


def _forget_previews(session: Session, _before: datetime, limit: int) -> int:
    return previews.forget(session, PREVIEWS_KEPT_FOR, limit)


def _forget(db: Database, some: Forget, before: datetime, is_stopping: Callable[[], bool]) -> int:
    gone = 0
    while not is_stopping():
        with db.transaction() as session:
            count = some(session, before, BATCH)
        gone += count
        if count < BATCH:
            break
    return gone
