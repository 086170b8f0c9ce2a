"""Decisions about today: they hold for a night that still waits, and are refused where they come too late."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import update

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Brief, Show
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules.late_editions import report_late
from tests.db.schedules.planning import Planning

DAY = date(2026, 6, 2)
DUE = datetime(2026, 6, 2, 5, 30, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def planning(database: Database, show: Show) -> Planning:
    return Planning(database)


@pytest.fixture
def number(planning: Planning) -> int:
    """A schedule of 05:30 UTC on weekdays, to be out by 10:30, since noon of the day before."""
    return planning.add("30 5 * * mon-fri", DUE - 17 * AN_HOUR, ready_by=time(10, 30)).id


@pytest.fixture
def import_today(database: Database, make_brief: Callable[..., Brief]) -> Callable[[], None]:
    """Bring a ready brief of DAY."""

    def bring() -> None:
        brief = make_brief()
        with database.transaction() as session:
            session.execute(update(Brief).where(Brief.id == brief.id).values(local_date=DAY))

    return bring


def test_skipping_a_night_that_waits_ends_it_and_its_lateness(planning, number, import_today) -> None:
    """Red without `call_off_runs` in `brief_audio/services/schedules/overrides.py:add_override`.

    The last line: red without `ready_by=None` in `brief_audio/services/schedules/run_history.py:call_off_runs`.
    """
    planning.keep(DUE)

    planning.override(number, OverrideKind.SKIP, DAY, DAY + timedelta(days=2), now=DUE + AN_HOUR)
    import_today()

    assert planning.ticks() == [("2026-06-02", "no brief", False)]
    assert planning.events("night.closed") == ["dawn/2026-06-02: no brief, and skipped by hand"]
    assert planning.keep(DUE + 2 * AN_HOUR) == []
    assert report_late(planning.database, now=DUE + 6 * AN_HOUR, actor="test") == []


def test_a_night_that_was_made_cannot_be_skipped(planning, number, import_today) -> None:
    """Red without `tick.closed_at is not None` in `brief_audio/services/schedules/run_history.py:call_off_runs`."""
    import_today()
    planning.keep(DUE)

    with pytest.raises(ConflictError, match="the run of 2026-06-02 has already started: made"):
        planning.override(number, OverrideKind.SKIP, DAY, DAY + timedelta(days=2), now=DUE + AN_HOUR)


def test_a_night_that_is_over_cannot_be_skipped(planning, number) -> None:
    planning.keep(DUE + 7 * AN_HOUR)

    with pytest.raises(ConflictError, match="the run of 2026-06-02 has already started: missed"):
        planning.override(number, OverrideKind.SKIP, DAY, now=DUE + 8 * AN_HOUR)


def test_a_night_that_came_cannot_be_moved(planning, number) -> None:
    """Red without `refuse_past_run` in `brief_audio/services/schedules/overrides.py:add_override`."""
    planning.keep(DUE)

    with pytest.raises(ConflictError, match="the run of 2026-06-02 has already started: no brief"):
        planning.override(number, OverrideKind.MOVE, DAY, at=time(8, 0), now=DUE + AN_HOUR)

    assert planning.ticks() == [("2026-06-02", "no brief", True)]


@pytest.mark.parametrize("kind", [OverrideKind.MOVE, OverrideKind.EXTRA])
def test_no_night_is_moved_or_added_to_a_time_that_is_over(planning, number, kind) -> None:
    """Red without `found.at <= now` in `brief_audio/services/schedules/overrides.py:_check_instant`."""
    day = DAY if kind == OverrideKind.MOVE else date(2026, 6, 6)
    now = datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC)

    with pytest.raises(InvalidInputError, match=f"04:00 on {day} has passed"):
        planning.override(number, kind, day, at=time(4, 0), now=now)

    planning.override(number, kind, day, at=time(4, 1), now=now)
    assert planning.keep(now + A_MINUTE)[-1:] == [(day.isoformat(), "no brief")]


def test_a_night_that_nobody_ran_can_be_moved_to_a_later_hour(planning, number) -> None:
    planning.override(number, OverrideKind.MOVE, DAY, at=time(8, 0), now=DUE + AN_HOUR)

    assert planning.keep(DUE + AN_HOUR) == []
    assert planning.keep(DUE + 3 * AN_HOUR) == [("2026-06-02", "no brief")]


def test_a_date_that_a_zone_leaves_out_gets_no_night(planning) -> None:
    """Red without `if found is None` in `brief_audio/services/schedules/overrides.py:_check_instant`."""
    apia = planning.add("30 5 * * mon", datetime(2011, 12, 1, tzinfo=UTC), time_zone="Pacific/Apia").id

    with pytest.raises(InvalidInputError, match="2011-12-30 does not exist in Pacific/Apia"):
        planning.override(
            apia, OverrideKind.EXTRA, date(2011, 12, 30), at=time(6, 0), now=datetime(2011, 12, 2, tzinfo=UTC)
        )
