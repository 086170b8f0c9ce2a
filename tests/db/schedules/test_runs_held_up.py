"""Nights that something stands in the way of: none is lost for another, and each says what became of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select, update

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import Brief, Event, Schedule, Show, Tick
from brief_audio.db.work import Claim
from brief_audio.domain.jobs import QueueRules
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules import editing, overrides
from brief_audio.services.schedules.due_runs import make_due_runs
from brief_audio.services.schedules.editing import SchedulePlan
from brief_audio.services.schedules.late_editions import late_editions, report_late
from brief_audio.storage.local import LocalStore
from tests.unit.services.fake_speech import FakeSpeech
from tests.web.editions import add_edition

DAY = date(2026, 6, 2)
DUE = datetime(2026, 6, 2, 5, 30, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
Make = Callable[..., Brief]


@pytest.fixture
def schedule(database: Database, show: Show) -> Schedule:
    """05:30 UTC every day, to be out by 07:00, since noon of the day before."""
    with database.transaction() as session:
        made = Schedule(
            show_id=show.id, cron="30 5 * * *", time_zone="UTC", ready_by=time(7), since=DUE - timedelta(hours=17)
        )
        session.add(made)
    return made


@pytest.fixture
def make_dated(database: Database, make_brief: Make) -> Make:
    def make(day: date = DAY) -> Brief:
        brief = make_brief()
        with database.transaction() as session:
            session.execute(update(Brief).where(Brief.id == brief.id).values(local_date=day))
        return brief

    return make


def keep(database: Database, now: datetime) -> list[tuple[str, str]]:
    found = make_due_runs(database, FakeSpeech(), now=now, actor="test")
    return [(one.local_date.isoformat(), one.state) for one in found]


def late(database: Database, now: datetime) -> list[date]:
    with database.transaction() as session:
        return [one.local_date for one in late_editions(session, now=now)]


@contextmanager
def just_before_its_lock(database: Database, act: Callable[[], object]) -> Iterator[None]:
    """Let somebody else act once, in the moment before a brief is locked."""
    acted: list[object] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM brief" in statement and "FOR" in statement.rsplit("WHERE", maxsplit=1)[-1] and not acted:
            acted.append(None)
            act()

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    assert acted


def test_a_brief_that_is_taken_back_at_the_last_moment_is_not_narrated(database, schedule, make_dated) -> None:
    """Red without the lock before the state is looked at in `brief_audio/services/schedules/due_runs.py:_came`."""
    brief = make_dated()

    def take_back() -> None:
        with database.transaction() as session:
            session.execute(update(Brief).where(Brief.id == brief.id).values(state="draft"))

    with just_before_its_lock(database, take_back):
        assert keep(database, DUE) == [("2026-06-02", "not ready")]


def test_a_brief_that_is_deleted_at_the_last_moment_leaves_its_night_waiting(database, schedule, make_dated) -> None:
    """Red without `lock_if_there` in `brief_audio/services/schedules/due_runs.py:_came`."""
    brief = make_dated()

    def remove() -> None:
        with database.transaction() as session:
            session.execute(delete(Brief).where(Brief.id == brief.id))

    with just_before_its_lock(database, remove):
        assert keep(database, DUE) == [("2026-06-02", "no brief")]


def in_hand_with_an_older_text(database: Database, brief: Brief) -> Claim:
    """Let a worker claim the brief's job, and edit the brief then."""
    with database.transaction() as session:
        enqueueing.enqueue(session, session.get_one(Brief, brief.id), requested_by="test")
    held = work.claim_next(database, JOBS, "worker", QueueRules())
    assert held is not None
    with database.transaction() as session:
        session.execute(update(Brief).where(Brief.id == brief.id).values(updated_at=datetime(2099, 1, 1, tzinfo=UTC)))
    return held


def test_a_night_behind_an_older_text_is_open_and_can_be_late(database, schedule, make_dated) -> None:
    """Red without `is_open` in `brief_audio/services/schedules/due_runs.py:_came`."""
    in_hand_with_an_older_text(database, make_dated())

    assert keep(database, DUE) == [("2026-06-02", "joined")]
    assert [one.local_date for one in report_late(database, now=DUE + 2 * AN_HOUR, actor="test")] == [DAY]
    assert keep(database, DUE + 7 * AN_HOUR) == []

    with database.transaction() as session:
        kinds = session.execute(select(Event.message).where(Event.kind == "night.closed")).scalars()
        assert list(kinds) == ["dawn/2026-06-02: joined"]


def test_one_night_that_waits_holds_up_no_later_one(database, schedule, make_dated) -> None:
    """Red without the second `except` in `brief_audio/services/schedules/due_runs.py:_keep`."""
    with database.transaction() as session:
        session.execute(update(Schedule).values(catch_up_minutes=24 * 60))
    held = in_hand_with_an_older_text(database, make_dated())
    assert keep(database, DUE) == [("2026-06-02", "joined")]
    with database.transaction() as session:
        work.cancel(session, JOBS, held.id, requested_by="test")  # no request may join it until its worker has let go
    make_dated(DAY + timedelta(days=1))

    assert keep(database, DUE + 24 * AN_HOUR) == [("2026-06-03", "made")]


def test_a_changed_hour_hides_no_night_that_came_before_it(database, schedule) -> None:
    """Red without `_of_before` in `brief_audio/services/schedules/late_editions.py:editions_owed`."""
    assert keep(database, DUE) == [("2026-06-02", "no brief")]
    with database.transaction() as session:
        plan = SchedulePlan(cron="35 5 * * *")
        editing.edit(session, schedule.id, plan, now=DUE + AN_HOUR / 2, actor="test")

    assert late(database, DUE + 2 * AN_HOUR) == [DAY]
    assert [one.local_date for one in report_late(database, now=DUE + 2 * AN_HOUR, actor="test")] == [DAY]


def test_a_schedule_that_is_switched_off_waits_for_no_brief(database, schedule, make_dated) -> None:
    """Red without `close_waiting_runs` in `brief_audio/services/schedules/editing.py:switch`."""
    keep(database, DUE)
    for is_enabled in (False, True):
        with database.transaction() as session:
            editing.switch(session, schedule.id, is_enabled=is_enabled, now=DUE + AN_HOUR, actor="test")
    make_dated()

    assert keep(database, DUE + 2 * AN_HOUR) == []
    with database.transaction() as session:
        assert session.execute(select(Tick.closed_at)).scalar_one() == DUE + AN_HOUR


def test_a_night_that_nobody_ran_and_whose_edition_is_out_was_not_missed(
    database, schedule, make_dated, tmp_path: Path
) -> None:
    """Red without `is_out` in `brief_audio/services/schedules/due_runs.py:_miss`."""
    (tmp_path / "sound.mp3").write_bytes(b"sound")
    add_edition(database, LocalStore(tmp_path / "store"), tmp_path / "sound.mp3", show="dawn", local_date=DAY)

    assert keep(database, DUE + 7 * AN_HOUR) == [("2026-06-02", "already published")]


def test_last_nights_waiting_night_is_skipped_after_midnight(database, schedule) -> None:
    """Red without `waiting` in `brief_audio/services/schedules/rules.py:check_dates`."""
    with database.transaction() as session:
        session.execute(update(Schedule).values(cron="0 23 * * *", ready_by=None))
    at_eleven = datetime(2026, 6, 1, 23, tzinfo=UTC)
    keep(database, at_eleven)
    first = date(2026, 6, 1)

    with database.transaction() as session:
        half_past = at_eleven + 1.5 * AN_HOUR
        overrides.add_override(session, schedule.id, OverrideKind.SKIP, first, first, None, now=half_past, actor="test")

    with database.transaction() as session:
        assert session.execute(select(Tick.closed_at)).scalar_one() == half_past


def test_a_zone_further_west_brings_the_night_of_an_earlier_date(database, schedule, make_dated) -> None:
    """Red without the day before the newest in `brief_audio/services/schedules/due_runs.py:_due`."""
    with database.transaction() as session:
        session.execute(update(Schedule).values(cron="0 0 * * *", time_zone="Asia/Tokyo", ready_by=None))
    assert keep(database, datetime(2026, 6, 1, 15, tzinfo=UTC)) == [("2026-06-02", "no brief")]

    with database.transaction() as session:
        plan = SchedulePlan(cron="0 20 * * *", time_zone="America/New_York")
        editing.edit(session, schedule.id, plan, now=datetime(2026, 6, 1, 16, tzinfo=UTC), actor="test")

    assert ("2026-06-01", "no brief") in keep(database, datetime(2026, 6, 2, 0, tzinfo=UTC))
