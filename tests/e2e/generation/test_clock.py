"""The clock goes by the database's time, and goes on when this machine's is set."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Semaphore

import pytest
from sqlalchemy import select, text

from brief_audio.bootstrap import Container
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Schedule, Show, Tick
from scheduler.clock import Clock
from scheduler.clock_steps import ClockSteps

PATIENCE_SECONDS = 60
LONG_AGO = datetime(2021, 6, 2, 6, tzinfo=UTC)

pytestmark = pytest.mark.slow


@pytest.fixture
def long_ago(container: Container, server_url: str) -> Iterator[Database]:
    """The same database, which thinks that it is an early morning of 2021."""
    with container.db.transaction() as session:
        session.execute(text("CREATE SCHEMA past"))
        returned = f"'SELECT TIMESTAMPTZ ''{LONG_AGO.isoformat()}'''"
        declared = "CREATE FUNCTION past.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
        session.execute(text(f"{declared} {returned}"))
    joint = "&" if "?" in server_url else "?"
    db = Database(f"{server_url}{joint}options=-csearch_path%3Dpast,public,pg_catalog", name="past")
    yield db
    db.close()
    with container.db.transaction() as session:
        session.execute(text("DROP SCHEMA past CASCADE"))


def test_nights_come_by_the_databases_clock(
    container: Container, long_ago: Database, make_brief: Callable[..., int]
) -> None:
    """Red without `server_clock` in `scheduler/clock.py:Clock._now`."""
    with container.db.transaction() as session:
        show_id = session.execute(select(Show.id)).scalar_one()
        since = LONG_AGO - timedelta(hours=12)
        session.add(Schedule(show_id=show_id, cron="30 5 * * *", time_zone="UTC", since=since))

    Clock(replace(container, db=long_ago), wake=lambda: None).keep_nights()

    with container.db.transaction() as session:
        assert session.execute(select(Tick.local_date, Tick.state)).all() == [(LONG_AGO.date(), "no brief")]


def test_the_alarms_go_off_when_the_clock_was_set(container: Container) -> None:
    """Red without `alarm.modify` in `scheduler/clock.py:Clock._watch_steps`."""
    woken = Semaphore(0)
    is_set = Event()
    steps = ClockSteps(wall=lambda: 1_000_000.0 - 3600 * is_set.is_set(), monotonic=lambda: 0.0)
    settings = replace(container.settings, poll_seconds=300.0)
    clock = Clock(replace(container, settings=settings), wake=woken.release, steps=steps)

    clock.start()
    try:
        first = woken.acquire(timeout=PATIENCE_SECONDS)
        is_set.set()
        second = woken.acquire(timeout=PATIENCE_SECONDS)
    finally:
        clock.stop()

    assert (first, second) == (True, True)
