"""Delete history that is older than it is kept, in small batches."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import error_groups, previews, retention, workers
from brief_audio.db.engine import Database
from brief_audio.services.accounts.forgetting import FORGET_AT_THE_DOOR
from brief_audio.services.workers import FORGOTTEN_AFTER

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
    for forget in (*FORGET_AT_THE_DOOR, error_groups.forget):
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
