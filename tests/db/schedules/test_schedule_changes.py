"""A schedule that is changed on the morning of a night: what is lost by it is said, and nothing else is lost."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Show
from brief_audio.domain.errors import ConflictError
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules import editing
from brief_audio.services.schedules.late_editions import late_editions
from tests.db.schedules.planning import Planning

DUE = datetime(2026, 6, 2, 5, 30, tzinfo=UTC)
DAY_BEFORE = DUE - timedelta(hours=17)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def planning(database: Database, show: Show) -> Planning:
    return Planning(database)


@pytest.fixture
def number(planning: Planning) -> int:
    """A schedule of 05:30 UTC every day, to be out by 06:30, since noon of the day before."""
    return planning.add("30 5 * * *", DAY_BEFORE, ready_by=time(6, 30)).id


def late(planning: Planning, now: datetime) -> list[date]:
    with planning.database.transaction() as session:
        return [one.local_date for one in late_editions(session, now=now)]


def test_a_longer_window_saves_the_night_that_nobody_ran(planning, number) -> None:
    """Red without `if _times(schedule) != before:` in `brief_audio/services/schedules/editing.py:edit`."""
    late_in_the_morning = DUE + 7 * AN_HOUR

    changed = planning.edit(number, late_in_the_morning, catch_up=12 * AN_HOUR)

    assert changed.note == ""
    assert late(planning, late_in_the_morning) == [DUE.date()]
    assert planning.keep(late_in_the_morning) == [("2026-06-02", "no brief")]


def test_the_same_cron_in_other_words_loses_no_night(planning, number) -> None:
    """Red without `replace(…, text="")` in `brief_audio/services/schedules/editing.py:_times`."""
    planning.edit(number, DUE + AN_HOUR, cron="30 05 * * *", time_zone="UTC")

    assert planning.keep(DUE + AN_HOUR) == [("2026-06-02", "no brief")]


def test_another_time_that_is_over_today_is_told(planning) -> None:
    """Red without `lost_run_note` in `brief_audio/services/schedules/editing.py:edit`."""
    number = planning.add("0 7 * * *", DAY_BEFORE).id
    now = DUE + AN_HOUR / 2

    changed = planning.edit(number, now, cron="30 5 * * mon-tue,fri")

    assert changed.note == "Today's run at 05:30 has passed; the next one is on 2026-06-05 at 05:30."
    assert changed.note_code == "run_time_passed"
    assert planning.keep(DUE + 2 * AN_HOUR) == []


def test_a_night_that_has_come_is_not_told_to_be_over(planning, number) -> None:
    """Red without `tick_states` in `brief_audio/services/schedules/run_history.py:lost_run_note`."""
    planning.keep(DUE)

    assert planning.edit(number, DUE + AN_HOUR, cron="0 6 * * *").note == ""


def test_a_night_that_has_come_is_told_when_its_time_is_put_off(planning, number) -> None:
    """Red without `is_to_come` in `brief_audio/services/schedules/run_history.py:lost_run_note`."""
    planning.keep(DUE)

    note = planning.edit(number, DUE + AN_HOUR / 2, cron="15 6 * * *").note

    assert note.startswith("Today's run has already started: no brief; the next one is on ")


def test_a_night_to_come_is_not_told_to_be_over(planning, number) -> None:
    assert planning.edit(number, DUE - AN_HOUR, cron="0 5 * * *").note == ""


def test_a_schedule_made_after_its_time_says_so(planning) -> None:
    """Red without `lost_run_note` in `brief_audio/services/schedules/editing.py:add`."""
    made = planning.add("30 5 29 feb *", datetime(2024, 2, 29, 6, tzinfo=UTC))

    assert made.note == "Today's run at 05:30 has passed; the next one is on 2028-02-29 at 05:30."
    assert made.note_code == "run_time_passed"


def test_a_schedule_switched_on_after_its_time_says_so(planning, number) -> None:
    """Red without `lost_run_note` in `brief_audio/services/schedules/editing.py:switch`."""
    with planning.database.transaction() as session:
        off = editing.switch(session, number, is_enabled=False, now=DUE - AN_HOUR, actor="test")
    with planning.database.transaction() as session:
        on = editing.switch(session, number, is_enabled=True, now=DUE + AN_HOUR, actor="test")

    assert off.note == ""
    assert on.note.startswith("Today's run at 05:30 has passed; the next one is on 2026-06-03 at 05:30.")


def test_a_decision_that_is_over_stands_in_no_ones_way(planning, number) -> None:
    """Red without `overrides_to_come` in `schedule_rules.py:refuse_idle_overrides` or in `schedule_line.py:line_of`."""
    planning.override(number, OverrideKind.MOVE, DUE.date(), at=time(4, 0), now=DAY_BEFORE)
    planning.override(number, OverrideKind.MOVE, date(2026, 6, 5), at=time(4, 0), now=DAY_BEFORE)
    a_day_later = DUE + 24 * AN_HOUR

    assert planning.edit(number, a_day_later, cron="30 5 * * wed-fri").overrides == ("move 2026-06-05 at 04:00",)
    with pytest.raises(ConflictError, match="there is no run on 2026-06-05 to move"):
        planning.edit(number, a_day_later, cron="30 5 * * wed-thu")


def test_today_is_not_over_while_clocks_in_the_schedules_zone_show_it(planning) -> None:
    """Red without `ZoneInfo(schedule.time_zone)` in `brief_audio/services/schedules/rules.py:today_of`."""
    honolulu = planning.add("30 20 * * *", DAY_BEFORE, time_zone="Pacific/Honolulu").id
    planning.override(honolulu, OverrideKind.MOVE, DUE.date(), at=time(23, 0), now=DUE)
    next_morning_in_utc = DUE + 24 * AN_HOUR

    assert planning.edit(honolulu, next_morning_in_utc, catch_up=AN_HOUR).overrides == ("move 2026-06-02 at 23:00",)
