"""The preview says what will happen: from today on, where the show is, and which nights will not come."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Show
from brief_audio.domain.errors import InvalidInputError, NotFoundError
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules import editing
from brief_audio.services.schedules.forecast import forecast
from tests.db.schedules.planning import Planning

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
DUE = datetime(2026, 6, 2, 5, 30, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
BEFORE = "before the schedule's last change"


@pytest.fixture
def planning(database: Database, show: Show) -> Planning:
    return Planning(database)


def previewed(planning: Planning, now: datetime, first: date | None = None, days: int = 2) -> list[tuple[str, str]]:
    with planning.database.transaction() as session:
        return [(f"{one.local_date} {one.local}", one.note) for one in forecast(session, "dawn", first, days, now=now)]


@pytest.mark.parametrize(
    ("zone", "now", "cron", "told"),
    [
        ("America/Los_Angeles", datetime(2026, 6, 2, 1, 0, tzinfo=UTC), "0 23 * * *", "2026-06-01 23:00"),
        ("Asia/Tokyo", datetime(2026, 6, 1, 23, 0, tzinfo=UTC), "0 9 * * *", "2026-06-02 09:00"),
    ],
)
def test_it_begins_with_today_where_the_schedule_is(planning, zone, now, cron, told) -> None:
    """Red without `today_of` in `brief_audio/services/schedules/forecast.py:_lines`."""
    planning.add(cron, now, time_zone=zone)

    assert previewed(planning, now, days=1) == [(told, "")]


def test_each_schedule_begins_with_its_own_today(planning) -> None:
    now = datetime(2026, 6, 1, 23, 0, tzinfo=UTC)  # a Monday in London, Tuesday in Tokyo
    planning.add("30 23 * * mon", now)
    planning.add("0 9 * * tue", now, time_zone="Asia/Tokyo")

    assert previewed(planning, now, days=1) == [("2026-06-01 23:30", ""), ("2026-06-02 09:00", "")]


def test_a_night_that_was_over_before_the_schedule_was_made_is_marked(planning) -> None:
    """Red without `night.due_at <= schedule.since` in `brief_audio/services/schedules/forecast.py:_will_not_come`."""
    planning.add("30 5 * * *", NOON)

    assert previewed(planning, NOON) == [("2026-06-01 05:30", BEFORE), ("2026-06-02 05:30", "")]


def test_nights_that_came_are_marked_with_what_became_of_them(planning) -> None:
    """Red without `tick_states` in `brief_audio/services/schedules/forecast.py:_lines`."""
    number = planning.add("30 5 * * *", DUE - AN_HOUR).id
    planning.keep(DUE)
    planning.edit(number, DUE + 25 * AN_HOUR, cron="45 5 * * *")

    told = previewed(planning, DUE + 25 * AN_HOUR, DUE.date(), 3)

    assert told == [
        ("2026-06-02 05:45", "already started: no brief"),
        ("2026-06-03 05:45", BEFORE),
        ("2026-06-04 05:45", ""),
    ]


def test_nights_of_a_schedule_that_is_off_are_marked(planning) -> None:
    """Red without `is_enabled` in `brief_audio/services/schedules/forecast.py:_will_not_come`."""
    number = planning.add("30 5 * * *", NOON).id
    with planning.database.transaction() as session:
        editing.switch(session, number, is_enabled=False, now=NOON, actor="test")

    assert previewed(planning, DUE - AN_HOUR) == [
        ("2026-06-02 05:30", "schedule disabled"),
        ("2026-06-03 05:30", "schedule disabled"),
    ]


def test_dates_from_before_there_was_a_schedule_are_shown_as_they_would_have_been(planning) -> None:
    """Red without `created_at` in `brief_audio/services/schedules/forecast.py:_will_not_come`."""
    planning.add("30 5 * * *", NOON, time_zone="Pacific/Apia")

    assert previewed(planning, NOON, date(2011, 12, 29), 3) == [
        ("2011-12-29 05:30", ""),
        ("2011-12-30 None", "no such date"),
        ("2011-12-31 05:30", ""),
    ]


def test_a_show_that_nobody_knows_is_told(planning) -> None:
    """Red without `show_by_slug` in `night_preview.py:preview`, and in `schedules.py:listed`."""
    with planning.database.transaction() as session:
        with pytest.raises(NotFoundError, match="there is no show 'dusk'"):
            forecast(session, "dusk", None, 7, now=NOON)
        with pytest.raises(NotFoundError, match="there is no show 'dusk'"):
            editing.listed(session, now=NOON, show_slug="dusk")
        with pytest.raises(NotFoundError, match="the show 'dawn' has no schedule"):
            forecast(session, "dawn", None, 7, now=NOON)
        assert editing.listed(session, now=NOON, show_slug="dawn") == []


@pytest.mark.parametrize("first", [date(1, 1, 1), date(1899, 12, 31), date(2200, 1, 1), date(9999, 12, 25)])
def test_dates_beyond_all_calendars_are_refused(planning, first: date) -> None:
    planning.add("30 5 * * *", NOON, time_zone="Asia/Tokyo")

    with pytest.raises(InvalidInputError, match="choose a date from 1900 to 2199"):
        previewed(planning, NOON, first)


def test_nothing_is_decided_for_a_date_that_is_far_away(planning) -> None:
    number = planning.add("30 5 * * *", NOON, time_zone="America/New_York").id

    with pytest.raises(InvalidInputError, match="more than ten years ahead"):
        planning.override(number, OverrideKind.MOVE, date(9999, 12, 31), at=time(22, 30), now=NOON)
