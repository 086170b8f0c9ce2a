"""The list of workers, and what becomes of old history."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, insert, select, text, update

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import Event, Schedule, Show, Tick, WorkerRow
from brief_audio.db.operations import workers
from brief_audio.db.work import Claim
from brief_audio.domain.jobs import QueueRules
from brief_audio.services.operations.retention import BATCH, forget_old
from brief_audio.services.operations.workers import listed

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def tell(database: Database, name: str) -> None:
    row = {"name": name, "host": "here", "pid": 1, "version": "1", "concurrency": 3, "memory_mib": 90}
    with database.transaction() as session:
        workers.keep(session, row | {"started_at": NOW})


def fall_silent(database: Database, name: str, seconds: int) -> None:
    with database.transaction() as session:
        since = func.now() - timedelta(seconds=seconds)
        session.execute(update(WorkerRow).where(WorkerRow.name == name).values(seen_at=since))


def test_a_worker_is_listed_with_what_it_has_in_hand(database: Database, claim: Claim) -> None:
    tell(database, "worker-1")
    tell(database, "worker-2")
    fall_silent(database, "worker-2", 40)

    with database.transaction() as session:
        found = listed(session)

    assert [(one.name, one.is_silent, one.jobs) for one in found] == [
        ("worker-1", False, (claim.id,)),
        ("worker-2", True, ()),
    ]


def test_a_worker_that_tells_again_has_one_row(database: Database) -> None:
    tell(database, "worker-1")
    fall_silent(database, "worker-1", 100)

    tell(database, "worker-1")

    with database.transaction() as session:
        [only] = listed(session)
    assert not only.is_silent


def test_no_recovery_depends_on_a_workers_row(database: Database, claim: Claim) -> None:
    tell(database, "worker-1")
    with database.transaction() as session:
        session.execute(text("UPDATE audio_generation_job SET lease_until = now() - interval '1 s'"))

    with database.transaction() as session:
        assert work.rescue(session, JOBS, QueueRules(), actor="clock") == [claim.id]


def test_workers_long_gone_are_forgotten(database: Database) -> None:
    tell(database, "yesterday's")
    tell(database, "today's")
    fall_silent(database, "yesterday's", 25 * 3600)

    forget_old(database, before=NOW)

    with database.transaction() as session:
        assert [one.name for one in listed(session)] == ["today's"]


def test_old_events_are_forgotten_however_many(database: Database) -> None:
    with database.transaction() as session:
        old = {"actor": "test", "kind": "old", "at": NOW - timedelta(days=1)}
        session.execute(insert(Event), [old] * (BATCH + 1) + [old | {"kind": "new", "at": NOW}])

    forgotten = forget_old(database, before=NOW)

    with database.transaction() as session:
        assert session.execute(select(Event.kind)).scalars().all() == ["new"]
    assert forgotten.events == BATCH + 1


def test_old_ticks_are_forgotten_but_those_that_are_open_and_the_newest(database: Database, show: Show) -> None:
    with database.transaction() as session:
        schedule = Schedule(show_id=show.id, cron="30 5 * * *", time_zone="UTC")
        session.add(schedule)
        session.flush()
        for day, closed_at in ((1, NOW), (2, None), (3, NOW), (4, NOW)):
            at = {"due_at": NOW, "open_until": NOW, "closed_at": closed_at, "local_date": date(2025, 1, day)}
            session.add(Tick(schedule_id=schedule.id, state="missed", **at))

    forgotten = forget_old(database, before=NOW)

    with database.transaction() as session:
        left = session.execute(select(Tick.local_date).order_by(Tick.local_date)).scalars().all()
    assert left == [date(2025, 1, 2), date(2025, 1, 4)]
    assert forgotten.ticks == 2


def test_nothing_more_is_forgotten_once_the_process_stops(database: Database) -> None:
    with database.transaction() as session:
        session.execute(insert(Event).values(actor="test", kind="old", at=NOW - timedelta(days=1)))

    assert forget_old(database, before=NOW, is_stopping=lambda: True).events == 0
