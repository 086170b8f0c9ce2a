"""What changes while a scheduler looks at a night is seen before anything is decided."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Brief, Rendition, Schedule, Show, Tick
from brief_audio.domain.jobs import RenditionState
from brief_audio.services.schedules.due_runs import make_due_runs
from brief_audio.speech.base import VoiceIdentity, go_on
from brief_audio.storage.local import LocalStore
from scheduler.guard import guarded
from tests.unit.services.fake_speech import FakeSpeech
from tests.web.editions import add_edition

DAY = date(2026, 6, 2)
DUE = datetime(2026, 6, 2, 5, 30, tzinfo=UTC)


def make_night(database: Database, show: Show, cron: str = "30 5 * * *") -> int:
    with database.transaction() as session:
        made = Schedule(show_id=show.id, cron=cron, time_zone="UTC", since=DUE - timedelta(hours=17))
        session.add(made)
        session.flush()
        return made.id


def states(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.execute(select(Tick.state)).scalars())


@pytest.fixture
def ready(database: Database, make_brief: Callable[..., Brief]) -> Brief:
    """A brief that is ready for the night."""
    brief = make_brief()
    with database.transaction() as session:
        session.execute(update(Brief).where(Brief.id == brief.id).values(local_date=DAY))
    return brief


def test_a_schedule_that_is_switched_off_meanwhile_has_no_night(database: Database, show: Show, ready: Brief) -> None:
    """Red without `is_enabled` in `brief_audio/services/schedules/due_runs.py:_still_planned`."""
    number = make_night(database, show)

    def switch_off() -> None:
        with database.transaction() as session:
            session.execute(update(Schedule).where(Schedule.id == number).values(is_enabled=False))

    assert make_due_runs(database, FakeSpeech(), now=DUE, actor="test", check=switch_off) == []
    assert states(database) == []


def test_a_schedule_that_is_removed_meanwhile_stops_nobody(database: Database, show: Show, ready: Brief) -> None:
    """Red without `schedules.find` in `brief_audio/services/schedules/due_runs.py:_still_planned`."""
    number = make_night(database, show)

    def remove() -> None:
        with database.transaction() as session:
            session.execute(delete(Schedule).where(Schedule.id == number))

    assert make_due_runs(database, FakeSpeech(), now=DUE, actor="test", check=remove) == []


def test_a_night_that_is_put_off_meanwhile_does_not_come_yet(database: Database, show: Show, ready: Brief) -> None:
    """Red without `scheduled_run_on` in `brief_audio/services/schedules/due_runs.py:_still_planned`."""
    number = make_night(database, show)

    def put_off() -> None:
        with database.transaction() as session:
            session.execute(update(Schedule).where(Schedule.id == number).values(cron="0 9 * * *"))

    assert make_due_runs(database, FakeSpeech(), now=DUE, actor="test", check=put_off) == []
    assert make_due_runs(database, FakeSpeech(), now=DUE + timedelta(hours=4), actor="test")[0].state == "made"


def test_a_night_that_is_called_off_meanwhile_is_not_missed(database: Database, show: Show) -> None:
    """Red without `_still_planned` in `brief_audio/services/schedules/due_runs.py:_miss`."""
    number = make_night(database, show)
    hours_too_late = DUE + timedelta(hours=7)

    def put_off() -> None:
        with database.transaction() as session:
            session.execute(update(Schedule).where(Schedule.id == number).values(cron="0 9 * * *"))

    assert make_due_runs(database, FakeSpeech(), now=hours_too_late, actor="test", check=put_off) == []
    assert states(database) == []


class Meanwhile(FakeSpeech):
    """Speech in whose first answer something else happens."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__()
        self._act = act

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        self._act()
        return super().identify("tone", check)


def test_an_edition_that_comes_out_meanwhile_is_looked_at_first(
    database: Database, show: Show, ready: Brief, tmp_path: Path
) -> None:
    """Red without the comparison of editions in `brief_audio/services/schedules/due_runs.py:_came`."""
    (tmp_path / "sound.mp3").write_bytes(b"sound")
    store = LocalStore(tmp_path / "store")
    for number, state in ((1, RenditionState.PUBLISHED), (2, RenditionState.STORED)):
        (tmp_path / "sound.mp3").write_bytes(b"sound %d" % number)
        add_edition(
            database, store, tmp_path / "sound.mp3", show=show.slug, number=number, state=state, slug=ready.slug
        )
    make_night(database, show)

    def publish_the_second() -> None:
        with database.transaction() as session:
            second = select(Rendition.id).where(Rendition.number == 2).scalar_subquery()
            session.execute(update(Brief).values(current_rendition_id=second))

    assert make_due_runs(database, Meanwhile(publish_the_second), now=DUE, actor="test") == []
    assert states(database) == []
    [night] = make_due_runs(database, FakeSpeech(), now=DUE, actor="test")
    assert night.state == "made"


class Broken(FakeSpeech):
    """Speech with a mistake in it."""

    def identify(self, voice: str, check: Callable[[], None] = go_on) -> VoiceIdentity:
        raise RuntimeError("nobody foresaw this")


def test_a_mistake_in_one_show_stops_no_others_night(
    database: Database, show: Show, ready: Brief, tmp_path: Path
) -> None:
    """Red without `each` in `brief_audio/services/schedules/due_runs.py:make_due_runs`."""
    (tmp_path / "sound.mp3").write_bytes(b"sound")
    add_edition(database, LocalStore(tmp_path / "store"), tmp_path / "sound.mp3", show=show.slug, slug=ready.slug)
    make_night(database, show)
    with database.transaction() as session:
        dusk = Show(slug="dusk", title="Dusk", language="en-US", time_zone="UTC", voice_id=show.voice_id)
        session.add(dusk)
    make_night(database, dusk)

    news = make_due_runs(database, Broken(), now=DUE, actor="test", each=guarded)

    assert [(one.show, one.state) for one in news] == [("dusk", "no brief")]
