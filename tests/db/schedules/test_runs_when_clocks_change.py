"""Nights on the days on which clocks change: each date has its night once, at the instant that the preview printed.

Red without `found = due(` in `brief_audio/domain/schedule/scheduled_runs.py:scheduled_run_on`: whatever reckons in
wall-clock time or keeps a fixed offset comes early, late, twice or never.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Schedule, Show, Tick
from brief_audio.services.schedules.due_runs import make_due_runs
from brief_audio.services.schedules.editing import SchedulePlan, add
from brief_audio.services.schedules.forecast import ForecastRun, forecast
from tests.unit.services.fake_speech import FakeSpeech

A_DAY = timedelta(days=1)
A_SECOND = timedelta(seconds=1)
NOW = timedelta(0)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
LOOKS = [-2 * HALF_AN_HOUR, -HALF_AN_HOUR, -A_SECOND, NOW, HALF_AN_HOUR, 2 * HALF_AN_HOUR, 3 * HALF_AN_HOUR]


@pytest.fixture
def make_briefs(database: Database, make_brief: Callable[..., Brief]) -> Callable[..., None]:
    """Make a ready brief for each of these days."""

    def make(first: date, days: int) -> None:
        for number in range(days):
            brief = make_brief(1)
            with database.transaction() as session:
                changed = update(Brief).where(Brief.id == brief.id)
                session.execute(changed.values(local_date=first + number * A_DAY, slug=f"day-{number}"))

    return make


@pytest.fixture
def previewed(database: Database, show: Show) -> Callable[..., list[ForecastRun]]:
    """Plan nights of the show, two hours before the first of them, and preview those of three days."""

    def plan(zone: str, cron: str, first: date) -> list[ForecastRun]:
        with database.transaction() as session:
            add(
                session,
                show.slug,
                SchedulePlan(cron, time_zone=zone),
                now=LONG_AGO,
                actor="test",
            )
            nights = forecast(session, show.slug, first, 3, now=LONG_AGO)
            session.execute(update(Schedule).values(since=nights[0].due_at - 4 * HALF_AN_HOUR))
        return nights

    return plan


CHANGES = [
    ("America/New_York", "30 2 * * *", date(2026, 3, 7), "02:30 does not exist: clocks go forward"),
    ("America/New_York", "0 0 * * *", date(2026, 3, 8), ""),
    ("America/New_York", "30 1 * * *", date(2026, 10, 31), "01:30 occurs twice: runs at the first"),
    ("Europe/London", "30 1 * * *", date(2026, 3, 28), "01:30 does not exist: clocks go forward"),
    ("Europe/London", "30 1 * * *", date(2026, 10, 24), "01:30 occurs twice: runs at the first"),
    ("Australia/Lord_Howe", "15 2 * * *", date(2026, 10, 3), "02:15 does not exist: clocks go forward"),
    ("Australia/Lord_Howe", "45 1 * * *", date(2026, 4, 4), "01:45 occurs twice: runs at the first"),
    ("America/Sao_Paulo", "0 0 * * *", date(2018, 11, 3), "00:00 does not exist: clocks go forward"),
]


@pytest.mark.parametrize(("zone", "cron", "first", "note"), CHANGES)
def test_each_date_has_its_night_at_the_instant_that_was_previewed(
    database, previewed, make_briefs, zone: str, cron: str, first: date, note: str
) -> None:
    make_briefs(first, 3)
    nights = previewed(zone, cron, first)

    told = [keep(database, night.due_at + after) for night in nights for after in LOOKS]

    assert [night.note for night in nights] == ["", note, ""]
    assert told == [[(night.local_date, "made")] if after == NOW else [] for night in nights for after in LOOKS]
    assert_as_previewed(database, nights)


def test_a_date_that_a_zone_leaves_out_has_no_night(database, previewed, make_briefs) -> None:
    """Red without `RunKind.NO_SUCH_DATE` in `brief_audio/domain/schedule/scheduled_runs.py:scheduled_run_on`."""
    make_briefs(date(2011, 12, 29), 3)
    nights = previewed("Pacific/Apia", "30 5 * * *", date(2011, 12, 29))

    before, left_out, after = nights
    told = [keep(database, at) for at in (before.due_at, after.due_at - A_SECOND, after.due_at)]

    assert left_out.due_at is None
    assert told == [[(before.local_date, "made")], [], [(after.local_date, "made")]]
    assert after.due_at - before.due_at == A_DAY
    assert_as_previewed(database, [before, after])


def keep(database: Database, now: datetime) -> list[tuple[date, str]]:
    """Look at the nights at an instant; say which came to what."""
    found = make_due_runs(database, FakeSpeech(), now=now, actor="test")
    return [(news.local_date, news.state) for news in found]


def assert_as_previewed(database: Database, nights: list[ForecastRun]) -> None:
    with database.transaction() as session:
        ticks = session.execute(select(Tick.local_date, Tick.due_at).order_by(Tick.due_at)).all()
        jobs = session.execute(select(func.count(Job.id))).scalar_one()
    assert [tuple(tick) for tick in ticks] == [(night.local_date, night.due_at) for night in nights]
    assert jobs == len(nights)
