"""Backfill: jobs for past dates, behind everything else, all or none of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import cast

import pytest
from sqlalchemy import delete, func, select, update

from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief
from brief_audio.domain.errors import InvalidInputError, NotFoundError, QueueFullError
from brief_audio.domain.jobs import BACKFILL_PRIORITY, QueueRules
from brief_audio.services.making.backfill import Backfill, Outcome, backfill
from brief_audio.speech.base import SpeechService
from tests.db.schedules.test_runs_held_up import just_before_its_lock
from tests.unit.services.fake_speech import FakeSpeech

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 5)
Fill = Callable[..., Backfill]


@pytest.fixture
def fill(database: Database) -> Fill:
    def run(first: date = FIRST, last: date = LAST, *, show: str = "dawn", most: int = 100) -> Backfill:
        speech = cast("SpeechService", FakeSpeech())
        rules = replace(QueueRules(), most_backfilled=most)
        return backfill(database, show, first, last, speech, rules=rules, now=NOW, actor="test")

    return run


def count_jobs(database: Database) -> int:
    with database.transaction() as session:
        return session.execute(select(func.count()).select_from(Job)).scalar_one()


def test_every_ready_brief_of_the_dates_gets_a_job_behind_all_others(
    database: Database, make_brief: Callable[..., Brief], fill: Fill
) -> None:
    made = [make_brief() for _ in range(3)]
    with database.transaction() as session:
        session.execute(update(Brief).where(Brief.id == made[1].id).values(state="draft"))

    done = fill()

    assert [(one.local_date.day, one.outcome) for one in done.dates] == [
        (1, Outcome.MADE),
        (2, Outcome.NOT_READY),
        (3, Outcome.MADE),
    ]
    assert done.without_brief == 2
    with database.transaction() as session:
        assert set(session.execute(select(Job.priority)).scalars()) == {BACKFILL_PRIORITY}


def test_briefs_outside_the_dates_are_left_alone(make_brief: Callable[..., Brief], fill: Fill) -> None:
    for _ in range(4):
        make_brief()

    done = fill(date(2026, 3, 2), date(2026, 3, 3))

    assert [one.local_date.day for one in done.dates] == [2, 3]


def test_asked_for_twice_it_joins_its_own_jobs(
    database: Database, make_brief: Callable[..., Brief], fill: Fill
) -> None:
    make_brief()
    first = fill()

    again = fill(most=1)

    assert again.dates[0].outcome == Outcome.JOINED
    assert again.dates[0].job_id == first.dates[0].job_id
    assert count_jobs(database) == 1


def test_a_job_that_was_asked_for_by_hand_stays_as_urgent_as_it_was(
    database: Database, make_brief: Callable[..., Brief], fill: Fill
) -> None:
    brief = make_brief()
    with database.transaction() as session:
        enqueueing.enqueue(session, brief, requested_by="an admin")

    assert fill().dates[0].outcome == Outcome.JOINED

    with database.transaction() as session:
        assert session.execute(select(Job.priority)).scalar_one() == 100


def test_without_room_for_all_none_is_made(database: Database, make_brief: Callable[..., Brief], fill: Fill) -> None:
    for _ in range(3):
        make_brief()

    with pytest.raises(QueueFullError, match="3 more would exceed the limit of 2"):
        fill(most=2)

    assert count_jobs(database) == 0


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (LAST, FIRST, "is after the last"),
        (FIRST, date(2026, 3, 11), "is in the future"),
    ],
)
def test_dates_that_cannot_be_meant_are_refused(
    make_brief: Callable[..., Brief], fill: Fill, first: date, last: date, why: str
) -> None:
    make_brief()

    with pytest.raises(InvalidInputError, match=why):
        fill(first, last)


def test_an_unknown_show_is_not_found(make_brief: Callable[..., Brief], fill: Fill) -> None:
    with pytest.raises(NotFoundError, match="no show 'dusk'"):
        fill(show="dusk")


def test_a_brief_that_is_taken_back_or_deleted_meanwhile_is_told(
    database: Database, make_brief: Callable[..., Brief], fill: Fill
) -> None:
    """Red without `lock_if_there` and the state after it in `brief_audio/services/making/backfill.py:_enqueue`."""
    kept, taken_back, deleted = (make_brief() for _ in range(3))

    def change() -> None:
        with database.transaction() as session:
            session.execute(update(Brief).where(Brief.id == taken_back.id).values(state="draft"))
            session.execute(delete(Brief).where(Brief.id == deleted.id))

    with just_before_its_lock(database, change):
        done = fill()

    outcomes = {one.brief_slug: one.outcome for one in done.dates}
    assert outcomes[kept.slug] == Outcome.MADE
    assert {outcomes[taken_back.slug], outcomes[deleted.slug]} == {Outcome.NOT_READY}
