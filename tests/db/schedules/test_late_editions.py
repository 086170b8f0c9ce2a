"""Whether editions are out by the time they have to be."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, update

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Brief, Event, Schedule, Show
from brief_audio.domain.errors import NotFoundError
from brief_audio.services.schedules.due_runs import make_due_runs
from brief_audio.services.schedules.late_editions import late_editions, report_late
from brief_audio.storage.local import LocalStore
from tests.unit.services.fake_speech import FakeSpeech
from tests.web.editions import add_edition

DAY = date(2026, 6, 2)
READY_BY = datetime(2026, 6, 2, 6, 30, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def schedule(database: Database, show: Show) -> Schedule:
    """05:30 UTC every day, to be out by 06:30, since noon of the day before."""
    with database.transaction() as session:
        made = Schedule(
            show_id=show.id,
            cron="30 5 * * *",
            time_zone="UTC",
            ready_by=time(6, 30),
            since=READY_BY - timedelta(hours=18),
        )
        session.add(made)
    return made


@pytest.fixture
def publish(database: Database, tmp_path: Path) -> Callable[[], object]:
    """Publish an edition for DAY."""
    (tmp_path / "sound.mp3").write_bytes(b"sound")

    def publish_it() -> object:
        return add_edition(
            database, LocalStore(tmp_path / "store"), tmp_path / "sound.mp3", show="dawn", local_date=DAY
        )

    return publish_it


def late(database: Database, now: datetime) -> list[tuple[str, date]]:
    with database.transaction() as session:
        return [(one.show, one.local_date) for one in late_editions(session, now=now)]


def test_an_edition_that_is_not_out_is_late_from_its_time_on(database, schedule) -> None:
    assert late(database, READY_BY - A_MINUTE) == []
    assert late(database, READY_BY) == [("dawn", DAY)]
    assert late(database, READY_BY + timedelta(hours=23)) == [("dawn", DAY)]


def test_an_edition_that_is_out_is_not_late(database, schedule, publish) -> None:
    publish()

    assert late(database, READY_BY + A_MINUTE) == []


@pytest.mark.parametrize(
    "change", [{"ready_by": None}, {"is_enabled": False}, {"since": READY_BY - A_MINUTE}, {"cron": "30 5 * * mon"}]
)
def test_what_need_not_be_out_is_not_late(database, schedule, change) -> None:
    with database.transaction() as session:
        session.execute(update(Schedule).values(**change))

    assert late(database, READY_BY + A_MINUTE) == []


def test_a_show_that_nobody_knows_is_told(database, schedule) -> None:
    with database.transaction() as session, pytest.raises(NotFoundError):
        late_editions(session, now=READY_BY, show_slug="dusk")


def test_late_editions_are_told_once_by_whoever_comes_first(database, schedule) -> None:
    make_due_runs(database, FakeSpeech(), now=READY_BY - timedelta(hours=1), actor="test")

    def tell(_: int) -> int:
        return len(report_late(database, now=READY_BY, actor="test"))

    assert report_late(database, now=READY_BY - A_MINUTE, actor="test") == []
    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(tell, range(6))) == 1
    assert report_late(database, now=READY_BY + A_MINUTE, actor="test") == []

    with database.transaction() as session:
        [message] = session.execute(select(Event.message).where(Event.kind == "edition.late")).scalars()
    assert message == "dawn/2026-06-02 was not published by 06:30 UTC"


def test_an_edition_that_is_out_in_time_is_not_told(database, schedule, publish) -> None:
    publish()
    make_due_runs(database, FakeSpeech(), now=READY_BY - timedelta(hours=1), actor="test")

    assert report_late(database, now=READY_BY, actor="test") == []


def test_an_edition_that_was_out_in_time_is_not_told_when_it_is_withdrawn(database, schedule, publish) -> None:
    """Red without `judged_at` being set in `brief_audio/services/schedules/late_editions.py:_judge`."""
    publish()
    make_due_runs(database, FakeSpeech(), now=READY_BY - timedelta(hours=1), actor="test")
    report_late(database, now=READY_BY, actor="test")

    with database.transaction() as session:
        session.execute(update(Brief).values(current_rendition_id=None))

    assert report_late(database, now=READY_BY + timedelta(hours=20), actor="test") == []


def test_a_night_that_was_judged_is_not_looked_at_again(database, schedule, publish) -> None:
    """Red without `judged_at` in `brief_audio/db/schedules.py:unjudged_ticks`."""
    publish()
    make_due_runs(database, FakeSpeech(), now=READY_BY - timedelta(hours=1), actor="test")
    report_late(database, now=READY_BY, actor="test")
    looked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        looked.append(statement)

    event.listen(database.engine, "after_cursor_execute", note)
    try:
        report_late(database, now=READY_BY + A_MINUTE, actor="test")
    finally:
        event.remove(database.engine, "after_cursor_execute", note)

    assert not [statement for statement in looked if "FOR UPDATE" in statement]
    assert len(looked) == 1  # one look at all ticks


def test_a_schedule_that_is_switched_off_tells_nothing(database, schedule) -> None:
    """Red without `is_enabled` in `brief_audio/db/schedules.py:unjudged_ticks`."""
    make_due_runs(database, FakeSpeech(), now=READY_BY - timedelta(hours=1), actor="test")
    with database.transaction() as session:
        session.execute(update(Schedule).values(is_enabled=False))

    assert report_late(database, now=READY_BY, actor="test") == []
