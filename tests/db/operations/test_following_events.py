"""Following the history shows every line once, in whatever order transactions commit."""

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from brief_audio.db import events
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Event
from brief_audio.services.operations.event_history import LOOKED_AT_AGAIN, Follower


@pytest.fixture
def follower(database: Database) -> Follower:
    """One that has shown two of three lines."""
    with database.transaction() as session:
        for kind in ("one", "two", "three"):
            events.record(session, "test", kind)
    made = Follower()
    with database.transaction() as session:
        assert [line.kind for line in made.begin(session, limit=2)] == ["two", "three"]
    return made


def news(database: Database, follower: Follower) -> list[str]:
    with database.transaction() as session:
        return [line.kind for line in follower.news(session)]


def test_what_happens_next_is_shown_once(database: Database, follower: Follower) -> None:
    """Red without the look at `_seen` in `brief_audio/services/operations/event_history.py:_unseen`."""
    with database.transaction() as session:
        events.record(session, "test", "four")

    assert news(database, follower) == ["four"]
    assert news(database, follower) == []


def test_a_line_with_a_smaller_number_that_appears_later_is_shown(database: Database, follower: Follower) -> None:
    """Red without `LOOKED_AT_AGAIN` in `brief_audio/services/operations/event_history.py:news`."""
    with database.transaction() as slow:
        events.record(slow, "test", "begun first")
        with database.transaction() as quick:
            events.record(quick, "test", "committed first")
        assert news(database, follower) == ["committed first"]

    assert news(database, follower) == ["begun first"]
    assert news(database, follower) == []


def test_many_lines_at_once_are_all_shown_and_none_again(database: Database, follower: Follower) -> None:
    """Red with `>` and 1 less for `>=` where `brief_audio/services/operations/event_history.py:_unseen` forgets."""
    with database.transaction() as session:
        _write_many(session)

    assert len(news(database, follower)) == 3 * LOOKED_AT_AGAIN
    assert news(database, follower) == []


def _write_many(session: Session) -> None:
    session.execute(insert(Event), [{"actor": "test", "kind": "more"}] * 3 * LOOKED_AT_AGAIN)
