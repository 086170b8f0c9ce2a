"""Which rendition listeners get, decided by a person."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from brief_audio.db import events
from brief_audio.db.briefs import briefs
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import renditions
from brief_audio.db.models import Brief, Rendition
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ConflictError, NotAllowedError, NotFoundError
from brief_audio.domain.jobs import RenditionState
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.release import renditions as deciding
from brief_audio.storage.local import LocalStore
from tests.web.editions import add_edition, add_show

EDITOR = SignedIn(1, 1, "ed@example.org", "Ed", Role.EDITOR, datetime(2026, 3, 20, tzinfo=UTC))
SLUG = "morning-brief-2026-03-20"


@pytest.fixture
def two_renditions(database: Database, tmp_path: Path) -> None:
    """Rendition 1 is superseded, 2 is current."""
    store, sound = LocalStore(tmp_path / "store"), tmp_path / "a.mp3"
    add_show(database)
    for number, state in ((1, RenditionState.SUPERSEDED), (2, RenditionState.PUBLISHED), (3, RenditionState.STORED)):
        sound.write_bytes(b"sound %d" % number)
        add_edition(database, store, sound, number=number, state=state)


def states(database: Database) -> dict[int, str]:
    with database.transaction() as session:
        return {row.number: row.state for row in session.query(Rendition)}


def test_rolling_back_moves_the_pointer_and_says_so(database: Database, two_renditions: None) -> None:
    with database.transaction() as session:
        deciding.roll_back(session, EDITOR, SLUG, 1, instead_of=2)

    assert states(database) == {1: "published", 2: "superseded", 3: "stored"}
    with database.transaction() as session:
        last = events.tail(session, job_id=None, after=0, limit=1)[0]
        brief = session.query(Brief).one()
        assert brief.current_rendition_id == session.query(Rendition.id).filter_by(number=1).scalar()
    assert (last.actor, last.kind, last.detail["rendition"]) == ("ed@example.org", "rendition.rolled_back", 1)


def test_publishing_what_was_held_clears_the_mark(database: Database, two_renditions: None) -> None:
    with database.transaction() as session:
        renditions.hold(session, session.query(Brief).one(), "2 of 3 items failed")

    with database.transaction() as session:
        deciding.publish_now(session, EDITOR, SLUG, 3, instead_of=2)

    assert states(database) == {1: "superseded", 2: "superseded", 3: "published"}
    with database.transaction() as session:
        found = briefs.find_by_slug(session, SLUG)
        assert found is not None
        assert found.held_reason is None


def test_who_saw_another_one_on_air_is_told(database: Database, two_renditions: None) -> None:
    with database.transaction() as session, pytest.raises(ConflictError, match="Version 2 has been published"):
        deciding.roll_back(session, EDITOR, SLUG, 1, instead_of=1)


def test_a_second_click_says_that_it_is_done(database: Database, two_renditions: None) -> None:
    with database.transaction() as session:
        deciding.roll_back(session, EDITOR, SLUG, 1, instead_of=2)

    with database.transaction() as session, pytest.raises(ConflictError, match="already"):
        deciding.roll_back(session, EDITOR, SLUG, 1, instead_of=2)


def test_what_was_withdrawn_stays_away(database: Database, two_renditions: None) -> None:
    with database.transaction() as session:
        session.query(Rendition).filter_by(number=1).update({"state": RenditionState.WITHDRAWN})

    with database.transaction() as session, pytest.raises(ConflictError, match="withdrawn"):
        deciding.roll_back(session, EDITOR, SLUG, 1, instead_of=2)


def test_there_is_no_other_rendition(database: Database, two_renditions: None) -> None:
    with database.transaction() as session, pytest.raises(NotFoundError):
        deciding.roll_back(session, EDITOR, SLUG, 9, instead_of=2)


def test_a_viewer_decides_nothing(database: Database, two_renditions: None) -> None:
    viewer = SignedIn(2, 2, "vi@example.org", "Vi", Role.VIEWER, EDITOR.started_at)

    with database.transaction() as session, pytest.raises(NotAllowedError):
        deciding.roll_back(session, viewer, SLUG, 1, instead_of=2)


def test_a_rendition_that_is_brought_back_came_out_when_it_did(database: Database, two_renditions: None) -> None:
    """Red with `func.now()` alone in `brief_audio/db/making/renditions.py:publish`: a punctual day would look late."""
    first = datetime(2026, 3, 20, 5, 31, tzinfo=UTC)
    with database.transaction() as session:
        session.query(Rendition).filter_by(number=1).one().published_at = first

    with database.transaction() as session:
        deciding.roll_back(session, EDITOR, SLUG, 1, instead_of=2)

    with database.transaction() as session:
        assert session.query(Rendition).filter_by(number=1).one().published_at == first
