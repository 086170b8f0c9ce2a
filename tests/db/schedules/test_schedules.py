"""Schedules: what can be meant is kept and shown, what cannot is refused with its reason."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Event, Schedule, Show
from brief_audio.domain.errors import BriefAudioError, ConflictError, InvalidInputError, NotFoundError
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules import editing, overrides
from brief_audio.services.schedules.editing import SchedulePlan
from brief_audio.services.schedules.forecast import forecast
from brief_audio.services.schedules.summary import ScheduleSummary

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
WEEKDAYS = SchedulePlan("30 5 * * mon-fri", "Europe/London", ready_by=time(6, 30))
Add = Callable[..., ScheduleSummary]


@pytest.fixture
def add(database: Database, show: Show) -> Add:
    def added(plan: SchedulePlan, slug: str = "dawn") -> ScheduleSummary:
        with database.transaction() as session:
            return editing.add(session, slug, plan, now=NOW, actor="test")

    return added


@pytest.fixture
def override(database: Database) -> Add:
    def overridden(
        number: int, kind: OverrideKind, first: date, last: date | None = None, at: time | None = None
    ) -> ScheduleSummary:
        with database.transaction() as session:
            return overrides.add_override(session, number, kind, first, last or first, at, now=NOW, actor="test")

    return overridden


def test_a_schedule_is_said_back_in_words(database: Database, add: Add) -> None:
    made = add(WEEKDAYS)

    assert made.in_words == "every weekday at 05:30 London time"
    assert (made.catch_up_minutes, made.ready_by, made.is_enabled) == (360, time(6, 30), True)
    with database.transaction() as session:
        assert editing.listed(session, now=NOW) == [made]
        [message] = session.execute(select(Event.message).where(Event.kind == "schedule.added")).scalars()
    assert message == "dawn: every weekday at 05:30 London time"


def test_without_a_zone_it_has_the_shows(add: Add) -> None:
    assert add(SchedulePlan("30 5 * * *")).time_zone == "UTC"


@pytest.mark.parametrize(
    ("plan", "slug", "error", "told"),
    [
        (SchedulePlan(), "dawn", InvalidInputError, "needs a cron expression"),
        (SchedulePlan("30 5 * * *"), "dusk", NotFoundError, "there is no show 'dusk'"),
        (SchedulePlan("* * * * *"), "dawn", InvalidInputError, "more than once per date"),
        (SchedulePlan("30 5 * * *", "Mars/Olympus"), "dawn", InvalidInputError, "is not a time zone"),
        (SchedulePlan("30 5 * * *", catch_up=timedelta(0)), "dawn", InvalidInputError, "catch-up window must be"),
        (
            SchedulePlan("30 5 * * *", catch_up=timedelta(hours=25)),
            "dawn",
            InvalidInputError,
            "catch-up window must be",
        ),
        (SchedulePlan("30 5 * * *", ready_by=time(5, 30)), "dawn", InvalidInputError, "is not after the start"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    database: Database, add: Add, plan: SchedulePlan, slug: str, error: type[BriefAudioError], told: str
) -> None:
    with pytest.raises(error, match=told):
        add(plan, slug)

    with database.transaction() as session:
        assert editing.listed(session, now=NOW) == []


def test_two_schedules_of_a_show_share_no_date(add: Add) -> None:
    add(WEEKDAYS)
    add(SchedulePlan("0 8 * * sat"))

    with pytest.raises(ConflictError, match="also has a run on 2026-12-01"):
        add(SchedulePlan("0 8 1 dec *"))


def test_a_change_holds_from_now_on(database: Database, add: Add) -> None:
    made = add(WEEKDAYS)

    with database.transaction() as session:
        later = NOW + timedelta(days=1)
        changed = editing.edit(session, made.id, SchedulePlan("0 7 * * *", has_ready_by=False), now=later, actor="test")

    assert (changed.in_words, changed.ready_by) == ("every day at 07:00 London time", None)
    with database.transaction() as session:
        assert session.execute(select(Schedule.since)).scalar_one() == later


def test_switching_off_and_on_makes_up_for_nothing(database: Database, add: Add) -> None:
    made = add(WEEKDAYS)
    later = NOW + timedelta(days=9)

    with database.transaction() as session:
        assert not editing.switch(session, made.id, is_enabled=False, now=NOW, actor="test").is_enabled
    with database.transaction() as session:
        assert editing.switch(session, made.id, is_enabled=True, now=later, actor="test").is_enabled
        assert session.execute(select(Schedule.since)).scalar_one() == later


def test_a_schedule_can_be_removed(database: Database, add: Add) -> None:
    made = add(WEEKDAYS)

    with database.transaction() as session:
        editing.remove(session, made.id, actor="test")

    with database.transaction() as session:
        assert editing.listed(session, now=NOW) == []
        with pytest.raises(NotFoundError, match=f"there is no schedule {made.id}"):
            editing.remove(session, made.id, actor="test")


def test_overrides_are_shown_in_the_preview(database: Database, add: Add, override: Add) -> None:
    made = add(WEEKDAYS)
    override(made.id, OverrideKind.SKIP, MONDAY, MONDAY + timedelta(days=1))
    override(made.id, OverrideKind.MOVE, MONDAY + timedelta(days=2), at=time(4, 0))
    override(made.id, OverrideKind.EXTRA, MONDAY + timedelta(days=5), at=time(6, 0))

    with database.transaction() as session:
        told = [(one.local_date.day, one.local, one.note) for one in forecast(session, "dawn", MONDAY, 7, now=NOW)]

    assert told == [
        (23, None, "skipped"),
        (24, None, "skipped"),
        (25, "04:00", "moved"),
        (26, "05:30", ""),
        (27, "05:30", ""),
        (28, "06:00", "extra"),
    ]


@pytest.mark.parametrize(
    ("kind", "first", "last", "at", "told"),
    [
        (OverrideKind.SKIP, date(2026, 11, 20), None, None, "2026-11-20 is in the past"),
        (OverrideKind.SKIP, MONDAY, date(2026, 11, 22), None, "2026-11-22 is before 2026-11-23"),
        (OverrideKind.SKIP, date(2026, 11, 28), date(2026, 11, 29), None, "there is no run from"),
        (OverrideKind.MOVE, date(2026, 11, 28), None, time(4, 0), "there is no run on 2026-11-28 to move"),
        (OverrideKind.EXTRA, MONDAY, None, time(4, 0), "there is a run on 2026-11-23 already"),
        (OverrideKind.MOVE, MONDAY, None, time(6, 30), "06:30 is not before 06:30, when the edition must be ready"),
    ],
)
def test_an_override_that_does_not_fit_is_refused(
    database: Database, add: Add, override: Add, kind: OverrideKind, first: date, last: date | None, at: time, told: str
) -> None:
    made = add(WEEKDAYS)

    with pytest.raises(InvalidInputError, match=told):
        override(made.id, kind, first, last, at)

    with database.transaction() as session:
        assert editing.listed(session, now=NOW) == [made]


def test_overrides_that_overlap_are_refused_until_one_is_taken_back(
    database: Database, add: Add, override: Add
) -> None:
    made = add(WEEKDAYS)
    override(made.id, OverrideKind.SKIP, MONDAY, MONDAY + timedelta(days=4))

    with pytest.raises(ConflictError, match="skip 2026-11-23 to 2026-11-27"):
        override(made.id, OverrideKind.MOVE, MONDAY + timedelta(days=1), at=time(4, 0))

    with database.transaction() as session:
        overrides.take_back_overrides(session, made.id, MONDAY, MONDAY, now=NOW, actor="test")
    assert override(made.id, OverrideKind.MOVE, MONDAY, at=time(4, 0)).overrides == (
        "move 2026-11-23 at 04:00",
        "skip 2026-11-24 to 2026-11-27",
    )


def test_nothing_decided_cannot_be_taken_back(database: Database, add: Add) -> None:
    made = add(WEEKDAYS)

    with (
        pytest.raises(NotFoundError, match="there is no change to remove on 2026-11-23"),
        database.transaction() as session,
    ):
        overrides.take_back_overrides(session, made.id, MONDAY, MONDAY, now=NOW, actor="test")


def test_a_change_that_leaves_an_override_without_a_meaning_is_refused(
    database: Database, add: Add, override: Add
) -> None:
    made = add(WEEKDAYS)
    override(made.id, OverrideKind.MOVE, MONDAY, at=time(4, 0))

    with pytest.raises(ConflictError, match="remove it first"), database.transaction() as session:
        editing.edit(session, made.id, SchedulePlan("30 5 * * sat"), now=NOW, actor="test")

    with database.transaction() as session:
        assert editing.listed(session, now=NOW)[0].cron == "30 5 * * mon-fri"


@pytest.mark.parametrize("days", [0, 3661])
def test_a_preview_has_its_limits(database: Database, add: Add, days: int) -> None:
    add(WEEKDAYS)

    with database.transaction() as session, pytest.raises(InvalidInputError, match="choose 1 to 3660"):
        forecast(session, "dawn", MONDAY, days, now=NOW)
