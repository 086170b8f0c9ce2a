"""Nights: each comes once, whoever looks, and says visibly what became of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, update

from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Event, Schedule, ScheduleOverride, Show, Tick
from brief_audio.domain.jobs import NIGHT_PRIORITY
from brief_audio.domain.schedule.ticks import TickState
from brief_audio.services.schedules.due_runs import make_due_runs
from tests.unit.services.fake_speech import FakeSpeech

DAY = date(2026, 6, 2)
DUE = datetime(2026, 6, 2, 5, 30, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)
Keep = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def schedule(database: Database, show: Show) -> Schedule:
    """05:30 UTC every day, for six hours, since noon of the day before."""
    with database.transaction() as session:
        made = Schedule(show_id=show.id, cron="30 5 * * *", time_zone="UTC", since=DUE - timedelta(hours=17))
        session.add(made)
    return made


@pytest.fixture
def keep(database: Database) -> Keep:
    """Look at the nights at an instant; say which came to what."""

    def at(now: datetime) -> list[tuple[str, str]]:
        found = make_due_runs(database, FakeSpeech(), now=now, actor="test")
        return [(news.local_date.isoformat(), news.state) for news in found]

    return at


@pytest.fixture
def make_dated(database: Database, make_brief: Callable[..., Brief]) -> Callable[..., Brief]:
    def make(day: date, state: str = "ready") -> Brief:
        brief = make_brief()
        with database.transaction() as session:
            session.execute(update(Brief).where(Brief.id == brief.id).values(local_date=day, state=state))
        return brief

    return make


def ticks(database: Database) -> list[tuple[date, str, bool, int | None]]:
    with database.transaction() as session:
        rows = session.execute(select(Tick).order_by(Tick.local_date)).scalars()
        return [(row.local_date, row.state, row.closed_at is None, row.job_id) for row in rows]


def count_jobs(database: Database) -> int:
    with database.transaction() as session:
        return session.execute(select(func.count(Job.id))).scalar_one()


def test_a_night_that_is_due_gets_its_job_before_others(database, schedule, make_dated, keep) -> None:
    brief = make_dated(DAY)

    assert keep(DUE - A_MINUTE) == []
    assert keep(DUE) == [("2026-06-02", "made")]
    assert keep(DUE + A_MINUTE) == []

    [(day, state, is_open, job_id)] = ticks(database)
    assert (day, state, is_open) == (DAY, TickState.MADE, False)
    with database.transaction() as session:
        job = session.get(Job, job_id)
        assert (job.brief_id, job.priority, job.requested_by) == (brief.id, NIGHT_PRIORITY, f"schedule {schedule.id}")
        [message] = session.execute(select(Event.message).where(Event.kind == "night.came")).scalars()
    assert message == "dawn/2026-06-02: made"


def test_many_schedulers_at_the_tick_make_one_job(database, schedule, make_dated, keep) -> None:
    """Red without the tick's unique key: each scheduler would believe that it came first."""
    make_dated(DAY)

    with ThreadPoolExecutor(8) as threads:
        told = [news for found in threads.map(keep, [DUE] * 8) for news in found]

    assert told == [("2026-06-02", "made")]
    assert count_jobs(database) == 1


@pytest.mark.parametrize("late", [A_MINUTE, timedelta(hours=6)])
def test_an_editor_who_is_late_is_waited_for(database, schedule, make_dated, keep, late: timedelta) -> None:
    assert keep(DUE) == [("2026-06-02", "no brief")]
    brief = make_dated(DAY, "draft")
    assert keep(DUE) == [("2026-06-02", "not ready")]
    assert keep(DUE) == []
    assert [is_open for _, _, is_open, _ in ticks(database)] == [True]

    with database.transaction() as session:
        session.execute(update(Brief).where(Brief.id == brief.id).values(state="ready"))

    assert keep(DUE + late) == [("2026-06-02", "made")]
    assert [is_open for _, _, is_open, _ in ticks(database)] == [False]


def test_many_schedulers_at_an_open_tick_make_one_job(database, schedule, make_dated, keep) -> None:
    """Red without the lock on the open tick: the second scheduler would record that it joined."""
    keep(DUE)
    make_dated(DAY)

    with ThreadPoolExecutor(8) as threads:
        told = [news for found in threads.map(keep, [DUE + A_MINUTE] * 8) for news in found]

    assert told == [("2026-06-02", "made")]
    assert count_jobs(database) == 1


def test_after_its_window_a_night_without_a_brief_is_over(database, schedule, make_dated, keep) -> None:
    keep(DUE)

    assert keep(DUE + timedelta(hours=6, seconds=1)) == []
    make_dated(DAY)
    assert keep(DUE + timedelta(hours=7)) == []

    assert ticks(database) == [(DAY, TickState.NO_BRIEF, False, None)]
    assert count_jobs(database) == 0


def test_after_a_long_absence_the_newest_night_runs_and_the_others_are_missed(
    database, schedule, make_dated, keep
) -> None:
    for number in range(3):
        make_dated(DAY + timedelta(days=number))

    told = keep(DUE + timedelta(days=2, hours=5))

    assert told == [("2026-06-02", "missed"), ("2026-06-03", "missed"), ("2026-06-04", "made")]
    assert count_jobs(database) == 1


def test_a_night_whose_window_has_passed_is_missed(database, schedule, make_dated, keep) -> None:
    make_dated(DAY)

    assert keep(DUE + timedelta(hours=7)) == [("2026-06-02", "missed")]
    assert count_jobs(database) == 0


def test_a_job_that_is_under_way_is_joined(database, schedule, make_dated, keep) -> None:
    brief = make_dated(DAY)
    with database.transaction() as session:
        asked = enqueueing.enqueue(session, brief, requested_by="an admin")

    assert keep(DUE) == [("2026-06-02", "joined")]
    assert ticks(database) == [(DAY, TickState.JOINED, False, asked.job_id)]


def test_what_lies_before_a_schedule_is_not_its_business(database, schedule, make_dated, keep) -> None:
    with database.transaction() as session:
        session.execute(update(Schedule).values(since=DUE + A_MINUTE))

    assert keep(DUE + timedelta(hours=1)) == []


def test_a_schedule_that_is_switched_off_has_no_nights(database, schedule, make_dated, keep) -> None:
    with database.transaction() as session:
        session.execute(update(Schedule).values(is_enabled=False))

    assert keep(DUE) == []


def test_overrides_hold(database, schedule, make_dated, keep) -> None:
    make_dated(DAY)
    make_dated(DAY + timedelta(days=1))
    with database.transaction() as session:
        session.add_all(
            [
                ScheduleOverride(schedule_id=schedule.id, kind="skip", first_date=DAY, last_date=DAY),
                ScheduleOverride(
                    schedule_id=schedule.id,
                    kind="move",
                    first_date=DAY + timedelta(days=1),
                    last_date=DAY + timedelta(days=1),
                    local_time=time(4, 0),
                ),
            ]
        )

    assert keep(DUE + timedelta(hours=1)) == []
    assert keep(DUE + timedelta(hours=22, minutes=30)) == [("2026-06-03", "made")]


def test_other_briefs_of_the_show_stop_no_night(database, schedule, make_dated, keep) -> None:
    other = make_dated(DAY - timedelta(days=1))
    make_dated(DAY)
    with database.transaction() as session:
        enqueueing.enqueue(session, other, requested_by="an admin")

    assert keep(DUE) == [("2026-06-02", "made")]
    assert count_jobs(database) == 2
