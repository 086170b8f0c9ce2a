"""Making shows."""

from dataclasses import replace

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Show
from brief_audio.domain.errors import ConflictError, NotFoundError
from brief_audio.domain.shows import NewShow
from brief_audio.services.shows import shows

NEW = NewShow("evening-brief", "Evening Brief", "America/New_York", "joe", "en-US", "At the end of the day.")


def test_a_show_is_made_and_listed(database: Database, show: Show) -> None:
    with database.transaction() as session:
        made = shows.add_show(session, NEW)

    with database.transaction() as session:
        assert [one.slug for one in shows.all_shows(session)] == sorted(["evening-brief", show.slug])
        assert made in shows.all_shows(session)
    assert (made.title, made.time_zone, made.voice) == ("Evening Brief", "America/New_York", "joe")


def test_a_slug_that_is_taken_changes_nothing(database: Database, show: Show) -> None:
    with pytest.raises(ConflictError, match="there is already a show"), database.transaction() as session:
        shows.add_show(session, replace(NEW, slug=show.slug))

    with database.transaction() as session:
        assert [one.title for one in shows.all_shows(session)] == [show.title]


def test_an_unknown_voice_is_told_with_those_there_are(database: Database, show: Show) -> None:
    with (
        pytest.raises(NotFoundError, match=r"there is no voice 'nobody' \(the voices are: joe\)"),
        database.transaction() as session,
    ):
        shows.add_show(session, replace(NEW, voice="nobody"))
