"""One show's brief that somebody holds `FOR UPDATE` holds up that show's night only.

Red without the `except TryAgainError` in `brief_audio/services/nights.py:keep_nights`.
"""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from brief_audio.db.engine import Database
from brief_audio.db.models import Brief, Item, Schedule, Show
from brief_audio.services.nights import keep_nights
from tests.unit.services.fake_speech import FakeSpeech

DUE = datetime(2026, 6, 2, 5, 30, tzinfo=UTC)


def make_night(database: Database, show_id: int, slug: str) -> int:
    """A brief that is ready for a night that is due; return the brief's number."""
    with database.transaction() as session:
        day = date(2026, 6, 2)
        brief = Brief(show_id=show_id, slug=f"{slug}-{day}", local_date=day, title="News", state="ready")
        session.add(brief)
        session.flush()
        session.add(Item(brief_id=brief.id, position=1, headline="A headline", body="Words."))
        session.add(Schedule(show_id=show_id, cron="30 5 * * *", time_zone="UTC", since=DUE - timedelta(hours=17)))
        return brief.id


def test_the_other_shows_night_comes(database: Database, show: Show) -> None:
    with database.transaction() as session:
        dusk = Show(slug="dusk", title="Dusk", language="en-US", time_zone="UTC", voice_id=show.voice_id)
        session.add(dusk)
    locked = make_night(database, show.id, "dawn")
    make_night(database, dusk.id, "dusk")

    with database.transaction() as session:
        session.execute(select(Brief.id).where(Brief.id == locked).with_for_update())
        while_locked = keep_nights(database, FakeSpeech(), now=DUE, actor="test")

    assert [(news.show, news.state) for news in while_locked] == [("dusk", "made")]
    afterwards = keep_nights(database, FakeSpeech(), now=DUE, actor="test")
    assert [(news.show, news.state) for news in afterwards] == [("dawn", "made")]
