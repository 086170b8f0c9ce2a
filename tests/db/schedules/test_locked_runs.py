"""A brief that another session has locked `FOR UPDATE` delays only its own show's run.

Red without the `except TryAgainError` in `brief_audio/services/schedules/due_runs.py:make_due_runs`.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Brief, Show
from brief_audio.services.schedules.due_runs import make_due_runs
from tests import factories
from tests.unit.services.fake_speech import FakeSpeech

DUE = datetime(2026, 6, 2, 5, 30, tzinfo=UTC)


def make_night(database: Database, show_id: int) -> int:
    """A brief that is ready for a night that is due; return the brief's number."""
    with database.transaction() as session:
        factories.schedule(session, show_id, since=DUE - timedelta(hours=17))
        return factories.brief(session, show_id, DUE.date(), items=1).id


def test_the_other_shows_night_comes(database: Database, show: Show) -> None:
    with database.transaction() as session:
        dusk = factories.show(session, "dusk", time_zone="UTC").id
    locked = make_night(database, show.id)
    make_night(database, dusk)

    with database.transaction() as session:
        session.execute(select(Brief.id).where(Brief.id == locked).with_for_update())
        while_locked = make_due_runs(database, FakeSpeech(), now=DUE, actor="test")

    assert [(news.show, news.state) for news in while_locked] == [("dusk", "made")]
    afterwards = make_due_runs(database, FakeSpeech(), now=DUE, actor="test")
    assert [(news.show, news.state) for news in afterwards] == [("dawn", "made")]
