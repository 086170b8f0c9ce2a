"""Taking back what was decided: for the dates that were named, and never for one that is over.

Red without `_cut` in `brief_audio/services/schedules/overrides.py:take_back_overrides`, unless a test names another
line.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Show
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules.late_editions import report_late
from tests.db.schedules.planning import Planning

BEGAN = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
DUE = datetime(2026, 6, 2, 5, 30, tzinfo=UTC)  # a Tuesday
DAY = DUE.date()
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)


@pytest.fixture
def planning(database: Database, show: Show) -> Planning:
    return Planning(database)


@pytest.fixture
def number(planning: Planning) -> int:
    """A schedule of 05:30 UTC on weekdays, to be out by 10:30, since 20 May."""
    return planning.add("30 5 * * mon-fri", BEGAN, ready_by=time(10, 30)).id


@pytest.fixture
def holiday(planning: Planning, number: int) -> int:
    """That schedule, with nothing from Friday 22 May to Saturday 6 June."""
    planning.keep(datetime(2026, 5, 21, 5, 30, tzinfo=UTC))
    planning.override(number, OverrideKind.SKIP, date(2026, 5, 22), date(2026, 6, 6), now=BEGAN)
    return number


def test_one_date_of_a_range_is_taken_back_and_the_others_stay(planning, holiday) -> None:
    changed = planning.take_back(holiday, date(2026, 6, 4), now=DUE + AN_HOUR)

    assert changed.note == "Removed: skip 2026-06-04."
    assert changed.overrides == ("skip 2026-05-22 to 2026-06-03", "skip 2026-06-05 to 2026-06-06")
    assert planning.events("schedule.overridden")[-1] == "dawn: no longer skip 2026-06-04"
    assert planning.keep(DUE + 2 * A_DAY) == [("2026-06-04", "no brief")]
    assert report_late(planning.database, now=DUE + AN_HOUR, actor="test") == []


def test_what_remains_without_a_night_goes_with_it(planning, holiday) -> None:
    """Red without `has_night` in `brief_audio/services/schedules/overrides.py:_cut`."""
    assert planning.take_back(holiday, date(2026, 6, 5), now=DUE).overrides == ("skip 2026-05-22 to 2026-06-04",)


def test_a_range_is_taken_back_at_once(planning, holiday) -> None:
    planning.override(holiday, OverrideKind.MOVE, date(2026, 6, 8), at=time(4, 0), now=BEGAN)

    changed = planning.take_back(holiday, date(2026, 6, 3), date(2026, 6, 8), now=DUE)

    assert changed.overrides == ("skip 2026-05-22 to 2026-06-02",)
    assert changed.note == "Removed: skip 2026-06-03 to 2026-06-06; move 2026-06-08 at 04:00."


def test_a_date_that_is_over_is_not_taken_back(planning, holiday) -> None:
    """Red without `check_dates` in `brief_audio/services/schedules/overrides.py:take_back_overrides`."""
    with pytest.raises(InvalidInputError, match="2026-06-01 is in the past"):
        planning.take_back(holiday, date(2026, 6, 1), now=DUE)


def test_today_comes_back_while_its_window_lasts(planning, holiday) -> None:
    """Red without `refuse_missed` in `brief_audio/services/schedules/overrides.py:take_back_overrides`."""
    with pytest.raises(InvalidInputError, match=r"05:30 on 2026-06-02 has passed"):
        planning.take_back(holiday, DAY, now=DUE + 6 * AN_HOUR + AN_HOUR)

    planning.take_back(holiday, DAY, now=DUE + 6 * AN_HOUR)
    assert planning.keep(DUE + 6 * AN_HOUR) == [("2026-06-02", "no brief")]


def test_a_move_is_not_taken_back_to_a_time_that_is_over(planning, number) -> None:
    """Red without `refuse_missed` in `brief_audio/services/schedules/overrides.py:take_back_overrides`."""
    planning.keep(DUE - A_DAY)
    planning.override(number, OverrideKind.MOVE, DAY, at=time(10, 0), now=DUE - AN_HOUR)
    planning.edit(number, DUE, catch_up=AN_HOUR)

    with pytest.raises(InvalidInputError, match="05:30 on 2026-06-02 has passed"):
        planning.take_back(number, DAY, now=DUE + 2 * AN_HOUR)


def test_a_night_that_was_called_off_waits_again(planning, number) -> None:
    """Red without `reopen` in `brief_audio/services/schedules/overrides.py:take_back_overrides`."""
    planning.keep(DUE)
    planning.override(number, OverrideKind.SKIP, DAY, now=DUE + AN_HOUR)

    planning.take_back(number, DAY, now=DUE + 2 * AN_HOUR)

    assert planning.ticks()[-1] == ("2026-06-02", "no brief", True)
    assert planning.events("night.came")[-1] == "dawn/2026-06-02: no brief, no longer skipped"
    assert DAY in [one.local_date for one in report_late(planning.database, now=DUE + 5 * AN_HOUR, actor="test")]


def test_an_extra_night_that_waits_is_called_off(planning, number) -> None:
    """Red without `call_off_runs` in `brief_audio/services/schedules/overrides.py:_settle`."""
    saturday = datetime(2026, 6, 6, 9, 0, tzinfo=UTC)
    planning.keep(DUE + 3 * A_DAY)
    planning.override(number, OverrideKind.EXTRA, saturday.date(), at=time(9, 0), now=DUE + 3 * A_DAY)
    planning.keep(saturday)

    planning.take_back(number, saturday.date(), now=saturday + AN_HOUR)

    assert planning.ticks()[-1] == ("2026-06-06", "no brief", False)


def test_an_extra_night_that_is_over_stays(planning, number) -> None:
    """Red without `tick.closed_at is not None` in `brief_audio/services/schedules/run_history.py:call_off_runs`."""
    saturday = datetime(2026, 6, 6, 9, 0, tzinfo=UTC)
    planning.override(number, OverrideKind.EXTRA, saturday.date(), at=time(9, 0), now=DUE)
    planning.keep(saturday + 9 * AN_HOUR)

    with pytest.raises(ConflictError, match="the run of 2026-06-06 has already started: missed"):
        planning.take_back(number, saturday.date(), now=saturday + 10 * AN_HOUR)


def test_a_moved_night_that_waits_can_be_skipped_after_all(planning, number) -> None:
    """Red where `take_back` refuses every night that has come: a skip first wants the move to be taken back."""
    planning.keep(DUE - A_DAY)
    planning.override(number, OverrideKind.MOVE, DAY, at=time(6, 0), now=DUE - AN_HOUR)
    planning.keep(DUE + AN_HOUR)

    planning.take_back(number, DAY, now=DUE + 2 * AN_HOUR)
    planning.override(number, OverrideKind.SKIP, DAY, now=DUE + 2 * AN_HOUR)

    assert planning.ticks()[-1] == ("2026-06-02", "no brief", False)
