"""Errors kept in the database: alike ones in one row, and never a second error because of the first."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import ErrorGroup
from brief_audio.db.operations import error_groups
from brief_audio.db.work import Claim
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import BriefAudioError, ErrorSource, StoreUnreachableError, TryAgainError
from brief_audio.services.operations.error_log import AGAIN_AFTER_SECONDS, ErrorLog, MetError, met, record
from brief_audio.services.operations.retention import forget_old


@pytest.fixture
def nowhere() -> Iterator[Database]:
    """A database that does not answer."""
    db = Database("postgresql:///none?host=/nonexistent", name="nowhere")
    yield db
    db.close()


def groups(db: Database) -> list[ErrorGroup]:
    with db.transaction() as session:
        return list(session.execute(select(ErrorGroup).order_by(ErrorGroup.id)).scalars())


def failed(message: str, **given: object) -> MetError:
    return MetError(ErrorSource.WORKER, "item failed", message, "narration", **given)  # type: ignore[arg-type]


def test_alike_errors_are_one_row_with_the_newest_case(database: Database) -> None:
    record(database, failed("job 12: it broke at “Harbour”, tried 3 times", number="aaaa"))
    record(database, failed("job 4127: it broke at “Fares”, tried 2 times", number="bbbb"))

    [group] = groups(database)
    assert (group.count, group.number) == (2, "bbbb")
    assert "4127" in group.sample
    assert group.first_at <= group.last_at


def test_errors_of_another_place_or_kind_are_another_row(database: Database) -> None:
    record(database, MetError(ErrorSource.WORKER, "A", "it broke", "here"))
    record(database, MetError(ErrorSource.WORKER, "A", "it broke", "there"))
    record(database, MetError(ErrorSource.WORKER, "B", "it broke", "here"))
    record(database, MetError(ErrorSource.HTTP, "A", "it broke", "here"))

    assert len(groups(database)) == 4


def test_an_error_of_the_store_is_the_stores_wherever_it_was_met() -> None:
    assert met(StoreUnreachableError("away"), "site.brief", source=ErrorSource.HTTP).source is ErrorSource.STORE
    assert met(BriefAudioError("away"), "site.brief", source=ErrorSource.HTTP).source is ErrorSource.HTTP


def test_a_row_leads_to_its_job_and_outlives_it(database: Database, claim: Claim) -> None:
    record(database, failed("it broke", job_id=claim.id))
    record(database, failed("something else broke", job_id=10**12))

    assert [group.job_id for group in groups(database)] == [claim.id, None]


def test_no_value_of_a_statement_and_no_password_is_kept(database: Database) -> None:
    record(database, failed("duplicate key\n[parameters: {'hash': 'argon2secret'}]"))
    record(database, failed("cannot reach redis://:hunter2@host/0 with password=hunter3"))

    kept = " ".join(f"{group.title} {group.sample}" for group in groups(database))
    assert "duplicate key" in kept.lower()
    assert not {word for word in ("argon2secret", "hunter2", "hunter3") if word in kept}


@pytest.mark.parametrize("message", ["", "\0", "\ud800 lone", "x" * 100_000, "100%s %(key)s", "Straße\u202e"])
def test_whatever_an_error_says_it_can_be_kept(database: Database, message: str) -> None:
    assert record(database, failed(message))
    assert len(groups(database)) == 1


def test_the_sample_says_where_it_broke(database: Database) -> None:
    try:
        groups("no database")  # type: ignore[arg-type]
    except AttributeError as error:
        record(database, met(error, "tests"))

    [group] = groups(database)
    assert group.title.startswith("AttributeError: ")
    assert "test_error_groups.py" in group.sample.splitlines()[-1]


def test_recording_never_raises(nowhere: Database) -> None:
    assert not record(nowhere, failed("it broke"))


def test_a_flood_is_added_up_and_written_once_a_second(database: Database) -> None:
    now = [100.0]
    log = ErrorLog(database, monotonic=lambda: now[0])
    for _ in range(50):
        log.note(failed("it broke"))
    at_once = [group.count for group in groups(database)]

    now[0] += 1.1
    log.write()

    assert at_once == [1]
    assert [group.count for group in groups(database)] == [50]
    assert not log.is_waiting


def test_what_is_met_while_the_database_is_away_waits_for_it(database: Database) -> None:
    """Red where `later` is not kept: each answer that failed would then wait for the database once more."""
    now = [100.0]
    log = ErrorLog(database, monotonic=lambda: now[0])
    log.note(met(TryAgainError("the database did not answer"), "site.index"), later=True)
    written_at_once = groups(database)

    now[0] += 5.1
    log.write()

    assert written_at_once == []
    assert [group.count for group in groups(database)] == [1]


def test_what_cannot_be_written_is_tried_again_a_while_later(nowhere: Database) -> None:
    now = [100.0]
    log = ErrorLog(nowhere, monotonic=lambda: now[0])

    for _ in range(3):
        log.note(failed("it broke"))

    assert log.is_waiting


def ages(group: ErrorGroup) -> tuple[int, int]:
    """Return how many tens of seconds ago its first and its last case happened."""
    now = utc_now()
    first, last = (round((now - at).total_seconds() / 10) for at in (group.first_at, group.last_at))
    return first, last


def test_what_waits_is_dated_by_when_it_happened(database: Database) -> None:
    now = [1000.0]
    log = ErrorLog(database, monotonic=lambda: now[0])
    log.note(failed("the database did not answer", at=now[0]), later=True)
    log.note(failed("the database did not answer", at=now[0]), later=True)

    now[0] += 600
    log.write()

    [group] = groups(database)
    assert (group.count, ages(group)) == (2, (60, 60))


def test_a_flood_is_dated_from_its_first_case_to_its_last(database: Database) -> None:
    now = [1000.0]
    log = ErrorLog(database, monotonic=lambda: now[0])
    for age in (0, 300, 500):
        now[0] = 1000.0 + age
        log.note(failed(f"it broke at {age}", at=now[0]), later=True)

    now[0] = 1600.0
    log.write()

    [group] = groups(database)
    assert (group.count, ages(group)) == (3, (60, 10))
    assert "at 500" in group.sample


class AwayUntil:
    """A database that answers from a time of the clock on."""

    def __init__(self, db: Database, clock: Callable[[], float], until: float) -> None:
        self.db, self.clock, self.until = db, clock, until

    def ask(self, *given: Any) -> object:
        if self.clock() < self.until:
            raise TryAgainError("the database did not answer")
        return self.db.ask(*given)


def test_tries_to_write_in_between_move_no_date(database: Database) -> None:
    now = [1000.0]
    away = AwayUntil(database, lambda: now[0], until=1300.0)
    log = ErrorLog(away, monotonic=lambda: now[0])  # type: ignore[arg-type]
    log.note(failed("it broke", at=now[0]))
    while log.is_waiting:
        now[0] += AGAIN_AFTER_SECONDS + 5
        log.write()

    [group] = groups(database)
    assert (group.count, ages(group)) == (1, (30, 30))


def test_an_older_case_that_is_written_later_moves_nothing_back(database: Database) -> None:
    record(database, failed("it broke at 2", number="new", at=time.monotonic() - 100))
    record(database, failed("it broke at 1", number="old", at=time.monotonic() - 200))

    [group] = groups(database)
    assert (group.count, ages(group)) == (2, (20, 10))
    assert (group.number, group.sample.splitlines()[0]) == ("new", "item failed: it broke at 2")


def test_a_newer_case_that_is_written_later_keeps_the_first_date(database: Database) -> None:
    record(database, failed("it broke at 1", number="old", at=time.monotonic() - 200))
    record(database, failed("it broke at 2", number="new", at=time.monotonic() - 100))

    [group] = groups(database)
    assert (group.count, ages(group)) == (2, (20, 10))
    assert group.number == "new"


def test_the_newest_come_first_page_by_page_and_by_source(database: Database) -> None:
    for number in range(5):
        record(database, MetError(ErrorSource.WORKER, f"kind {number}", "", "here"))
    record(database, MetError(ErrorSource.HTTP, "page", "", "site.brief"))

    with database.transaction() as session:
        first = error_groups.newest(session, most=2, source=ErrorSource.WORKER)
        place = (first[-1].last_at, first[-1].id)
        rest = error_groups.newest(session, most=9, source=ErrorSource.WORKER, before=place)
        counts = error_groups.count_by_source(session, most=100)

    assert [group.title for group in (*first, *rest)] == ["kind 4", "kind 3", "kind 2", "kind 1", "kind 0"]
    assert counts == {"worker": 5, "http": 1}


def test_what_came_no_more_is_forgotten_with_the_history(database: Database) -> None:
    record(database, failed("old"))
    forget_old(database, before=utc_now() - timedelta(days=1))
    kept = len(groups(database))

    forget_old(database, before=utc_now() + timedelta(seconds=1))

    assert (kept, groups(database)) == (1, [])
