"""The queue of hearings: one worker has each, a dead one's comes back, and nothing waits for ever."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from brief_audio.db import hearings, stored_names
from brief_audio.db.engine import Database
from brief_audio.db.hearings import HearingClaim
from brief_audio.db.models import Brief, Hearing, Show
from brief_audio.domain.dashboard import HearingState
from brief_audio.domain.errors import LeaseLostError
from brief_audio.domain.names import narration_name
from brief_audio.services.retention import forget_old

LEASE = timedelta(seconds=60)
NOW = timedelta(0)
KEY = "a" * 64


def ask(db: Database, show: Show, *, email: str = "ann@example.org", **columns: object) -> int:
    with db.transaction() as session:
        given = {"headline": "Bridge", "body": "It opens.", "voice": "joe", "requested_by": email} | columns
        return hearings.add(session, Hearing(show_id=show.id, **given)).id


def claim(db: Database) -> HearingClaim | None:
    with db.transaction() as session:
        return hearings.claim_next(session, lease=LEASE, most_attempts=3)


def claimed(db: Database) -> HearingClaim:
    found = claim(db)
    assert found is not None
    return found


def row(db: Database, number: int) -> Hearing:
    with db.transaction() as session:
        found = hearings.find(session, number)
        assert found is not None
        return found


def end_lease(db: Database, number: int) -> None:
    with db.transaction() as session:
        session.execute(update(Hearing).where(Hearing.id == number).values(lease_until="2026-03-20 05:00+00"))


def test_who_asked_first_is_heard_first_and_nobody_has_it_twice(database: Database, show: Show) -> None:
    first, second = ask(database, show), ask(database, show)

    assert [claimed(database).number, claimed(database).number] == [first, second]
    assert claim(database) is None


def test_two_workers_that_look_at_once_have_one_each(database: Database, show: Show) -> None:
    """Red without SKIP LOCKED: the second would wait for the first and then have the same one."""
    first, second = ask(database, show), ask(database, show)

    with database.transaction() as session:
        mine = hearings.claim_next(session, lease=LEASE, most_attempts=3)
        others = claimed(database)

    assert mine is not None
    assert (mine.number, others.number) == (first, second)


def test_the_hearing_of_a_dead_worker_is_taken_again_after_its_lease(database: Database, show: Show) -> None:
    number = ask(database, show)
    dead = claimed(database)
    end_lease(database, number)

    again = claimed(database)

    assert (again.number, again.attempt) == (number, dead.attempt + 1)


def test_a_worker_that_was_away_too_long_changes_nothing(database: Database, show: Show) -> None:
    number = ask(database, show)
    dead = claimed(database)
    end_lease(database, number)
    claimed(database)

    with pytest.raises(LeaseLostError), database.transaction() as session:
        hearings.end_spoken(session, dead, narration_key=KEY, duration_ms=1000)
    with pytest.raises(LeaseLostError), database.transaction() as session:
        hearings.end_failed(session, dead, "no")
    with database.transaction() as session:
        assert not hearings.extend(session, dead, LEASE)

    assert row(database, number).state == HearingState.SPEAKING


def test_what_killed_three_workers_is_given_up(database: Database, show: Show) -> None:
    number, other = ask(database, show), ask(database, show)
    for _ in range(3):
        assert claimed(database).number == number
        end_lease(database, number)

    assert claimed(database).number == other
    assert (row(database, number).state, row(database, number).error) == (
        HearingState.FAILED,
        "the worker died 3 times while it spoke this",
    )


def test_a_hearing_put_back_for_later_waits_and_one_put_back_at_once_does_not(database: Database, show: Show) -> None:
    number = ask(database, show)
    with database.transaction() as session:
        hearings.put_back(session, claimed(database), wait=timedelta(minutes=1), error="the store is away")
    assert claim(database) is None
    end_lease(database, number)

    with database.transaction() as session:
        hearings.put_back(session, claimed(database), wait=NOW)

    assert claimed(database).attempt == 3


def test_what_was_spoken_is_noted_with_its_key(database: Database, show: Show) -> None:
    number = ask(database, show)

    with database.transaction() as session:
        hearings.end_spoken(session, claimed(database), narration_key=KEY, duration_ms=1500)

    spoken = row(database, number)
    assert (spoken.state, spoken.narration_key, spoken.duration_ms, spoken.lease_until) == ("spoken", KEY, 1500, None)
    assert claim(database) is None


def test_an_error_of_any_length_fits(database: Database, show: Show) -> None:
    number = ask(database, show)

    with database.transaction() as session:
        hearings.end_failed(session, claimed(database), "x\0" * 1000)

    error = row(database, number).error
    assert error is not None
    assert len(error) == 500


def test_only_ones_own_waiting_hearings_count(database: Database, show: Show) -> None:
    mine = ask(database, show)
    ask(database, show, email="bob@example.org")
    ask(database, show, state=HearingState.SPOKEN)

    with database.transaction() as session:
        assert [hearing.id for hearing in hearings.waiting_of(session, "ann@example.org")] == [mine]


def test_how_many_go_first_is_counted_so_far(database: Database, show: Show) -> None:
    numbers = [ask(database, show) for _ in range(4)]

    with database.transaction() as session:
        assert hearings.count_before(session, numbers[2], most=10) == 2
        assert hearings.count_before(session, numbers[3], most=2) == 2


def test_the_place_of_a_text_is_its_item_while_that_is_there(
    database: Database, show: Show, make_brief: Callable[..., Brief]
) -> None:
    brief = make_brief(2)
    with database.transaction() as session:
        item_id = session.get_one(Brief, brief.id).items[1].id
    number = ask(database, show, item_id=item_id)
    with database.transaction() as session:
        there = hearings.place(session, session.get_one(Hearing, number))
        session.delete(session.get_one(Brief, brief.id).items[1])
    with database.transaction() as session:
        gone = hearings.place(session, session.get_one(Hearing, number))

    assert (there.brief_slug, there.position) == (brief.slug, 2)
    assert (gone.show.slug, gone.brief_slug, gone.position) == ("dawn", None, None)


def test_the_store_keeps_what_a_hearing_names_for_a_day(database: Database, show: Show) -> None:
    """Red where `named_among` does not ask for hearings, or where `forget_old` does not forget them."""
    number = ask(database, show, state=HearingState.SPOKEN, narration_key=KEY)
    name = narration_name(KEY)
    fresh = ask(database, show, state=HearingState.SPOKEN, narration_key="b" * 64)
    with database.transaction() as session:
        assert stored_names.named_among(session, [name]) == {name}
        aged = update(Hearing).where(Hearing.id == number).values(created_at=Hearing.created_at - timedelta(days=2))
        session.execute(aged)

    forget_old(database, before=row(database, fresh).created_at)

    with database.transaction() as session:
        assert stored_names.named_among(session, [name, narration_name("b" * 64)]) == {narration_name("b" * 64)}
