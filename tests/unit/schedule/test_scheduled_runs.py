"""Nights: one for each local date, wherever clocks are put forward or back."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brief_audio.domain.schedule.cron import parse_cron
from brief_audio.domain.schedule.local_time import ClockShift, LocalInstant, exists, instant_of
from brief_audio.domain.schedule.scheduled_runs import (
    DateRange,
    RunKind,
    ScheduleRule,
    ready_at,
    scheduled_run_on,
    scheduled_runs,
)

ZONES = sorted(available_timezones() - {"localtime"})
DATES = st.dates(date(1970, 1, 1), date(2037, 12, 31))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def rule(cron: str, zone: str, **decided: object) -> ScheduleRule:
    return ScheduleRule(parse_cron(cron), ZoneInfo(zone), **decided)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "instant", "shift"),
    [
        ("Europe/London", date(2026, 11, 23), time(5, 30), utc(2026, 11, 23, 5, 30), ClockShift.NONE),
        ("Europe/London", date(2026, 7, 1), time(5, 30), utc(2026, 7, 1, 4, 30), ClockShift.NONE),
        ("Europe/London", date(2026, 3, 29), time(1, 30), utc(2026, 3, 29, 1, 0), ClockShift.GAP),
        ("Europe/London", date(2026, 10, 25), time(1, 30), utc(2026, 10, 25, 0, 30), ClockShift.OVERLAP),
        ("America/New_York", date(2026, 3, 8), time(2, 30), utc(2026, 3, 8, 7, 0), ClockShift.GAP),
        ("America/New_York", date(2026, 3, 8), time(2, 0), utc(2026, 3, 8, 7, 0), ClockShift.GAP),
        ("America/New_York", date(2026, 3, 8), time(3, 0), utc(2026, 3, 8, 7, 0), ClockShift.NONE),
        ("America/New_York", date(2026, 3, 9), time(0, 0), utc(2026, 3, 9, 4, 0), ClockShift.NONE),
        ("America/New_York", date(2026, 11, 1), time(1, 30), utc(2026, 11, 1, 5, 30), ClockShift.OVERLAP),
        ("America/New_York", date(2026, 11, 1), time(2, 0), utc(2026, 11, 1, 7, 0), ClockShift.NONE),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), utc(2026, 10, 3, 15, 30), ClockShift.GAP),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), utc(2026, 4, 4, 14, 45), ClockShift.OVERLAP),
        ("America/Sao_Paulo", date(2018, 11, 4), time(0, 0), utc(2018, 11, 4, 3, 0), ClockShift.GAP),
        ("Pacific/Apia", date(2011, 12, 29), time(23, 59), utc(2011, 12, 30, 9, 59), ClockShift.NONE),
        ("Pacific/Apia", date(2011, 12, 31), time(0, 0), utc(2011, 12, 30, 10, 0), ClockShift.NONE),
    ],
)
def test_a_local_time_has_one_instant(zone: str, day: date, at: time, instant: datetime, shift: ClockShift) -> None:
    assert instant_of(day, at, ZoneInfo(zone)) == LocalInstant(instant, shift)


@pytest.mark.parametrize(
    ("zone", "day"), [("Pacific/Apia", date(2011, 12, 30)), ("Pacific/Kwajalein", date(1993, 8, 21))]
)
def test_a_date_that_a_zone_leaves_out_has_none(zone: str, day: date) -> None:
    assert instant_of(day, time(5, 30), ZoneInfo(zone)) is None
    assert scheduled_run_on(rule("30 5 * * *", zone), day).kind is RunKind.NO_SUCH_DATE


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ZONES), DATES, TIMES)
def test_an_instant_is_the_first_at_which_a_clock_on_the_wall_shows_that_time_or_later(
    zone: str, day: date, at: time
) -> None:
    there = ZoneInfo(zone)
    found = instant_of(day, at, there)

    wanted = datetime.combine(day, at)
    if found is None:
        assert not exists(day, there)
        return
    shown = found.at.astimezone(there).replace(tzinfo=None)
    assert (shown == wanted) == (found.shift is not ClockShift.GAP)
    before = (found.at - timedelta(seconds=1)).astimezone(there).replace(tzinfo=None)
    assert before < wanted <= shown


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ZONES), DATES, TIMES)
def test_nights_follow_each_other_and_none_is_doubled(zone: str, first: date, at: time) -> None:
    found = [
        night
        for night in scheduled_runs(rule(f"{at.minute} {at.hour} * * *", zone), first, first + timedelta(days=40))
        if night.due_at is not None
    ]

    assert len({night.local_date for night in found}) == len(found)
    assert all(one.due_at < other.due_at for one, other in pairwise(found))


def test_what_was_decided_for_single_dates_stands() -> None:
    decided = rule(
        "30 5 * * mon-fri",
        "Europe/London",
        skips=(DateRange(date(2026, 12, 24), date(2026, 12, 26)),),
        moves={date(2026, 12, 23): time(4, 0)},
        extras={date(2026, 12, 27): time(9, 0)},
    )

    told = {
        night.local_date.day: (night.kind, night.due_at)
        for night in scheduled_runs(decided, date(2026, 12, 22), date(2026, 12, 28))
    }

    assert told == {
        22: (RunKind.REGULAR, utc(2026, 12, 22, 5, 30)),
        23: (RunKind.MOVED, utc(2026, 12, 23, 4, 0)),
        24: (RunKind.SKIPPED, None),
        25: (RunKind.SKIPPED, None),
        27: (RunKind.EXTRA, utc(2026, 12, 27, 9, 0)),
        28: (RunKind.REGULAR, utc(2026, 12, 28, 5, 30)),
    }


def test_the_calendar_may_end() -> None:
    assert [night.local_date for night in scheduled_runs(rule("30 5 * * *", "UTC"), date.max, date.max)] == [date.max]


@pytest.mark.parametrize(
    ("day", "by", "instant"),
    [
        (date(2026, 3, 7), time(2, 50), utc(2026, 3, 7, 7, 50)),
        (date(2026, 3, 8), time(2, 50), utc(2026, 3, 8, 7, 20)),  # both hours are left out: twenty minutes all the same
        (date(2026, 3, 8), time(4, 0), utc(2026, 3, 8, 8, 0)),
        (date(2026, 11, 1), time(2, 50), utc(2026, 11, 1, 7, 50)),
    ],
)
def test_an_edition_is_never_due_at_the_moment_its_night_begins(day: date, by: time, instant: datetime) -> None:
    planned = rule("30 2 * * *", "America/New_York")

    assert ready_at(scheduled_run_on(planned, day), by, planned.zone) == instant
