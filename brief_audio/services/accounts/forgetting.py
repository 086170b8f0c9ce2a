"""Delete old sign-in data, however long the history is kept: tries, places, expired sessions and links."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import known_places, old_accounts

TRIES_KEPT_FOR = timedelta(days=1)  # much longer than the longest window in which they count
OVER_KEPT_FOR = timedelta(days=90)


def _tries(session: Session, _before: datetime, limit: int) -> int:
    return old_accounts.forget_tries(session, TRIES_KEPT_FOR, limit)


def _places(session: Session, _before: datetime, limit: int) -> int:
    return known_places.forget(session, OVER_KEPT_FOR, limit)


def _sessions(session: Session, _before: datetime, limit: int) -> int:
    return old_accounts.forget_sessions(session, OVER_KEPT_FOR, limit)


def _links(session: Session, _before: datetime, limit: int) -> int:
    return old_accounts.forget_links(session, OVER_KEPT_FOR, limit)


FORGET_AT_THE_DOOR = (_tries, _places, _sessions, _links)  # each deletes up to `limit` rows and returns the number
