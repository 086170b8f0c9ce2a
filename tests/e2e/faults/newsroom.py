"""Briefs written and asked for straight in an installation's database, and moments at which its workers are caught."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.connection.time_limits import TransactionLimits
from brief_audio.db.making import enqueueing
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import Brief
from brief_audio.domain.brief_file.draft import BriefDraft, ItemDraft
from brief_audio.domain.jobs import MANUAL_PRIORITY
from brief_audio.domain.work import LIVE_STATUSES
from brief_audio.services.briefs.import_brief import import_brief
from brief_audio.services.schedules.editing import SchedulePlan, add
from brief_audio.storage.base import AudioStore
from tests.e2e.product import Product, wait_until

SHOW = "morning-brief"
MARCH = date(2026, 3, 20)
BODY = "The council met on Tuesday night and agreed on the budget. Nobody was surprised by that. " * 2


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as its row says it is."""

    status: str
    attempt: int
    charged: int
    completed_items: int
    error: str | None
    claimed_by: str | None


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The sample show of an installation: its first edition is out, and more briefs are on their way."""

    product: Product
    database: Database
    store: AudioStore

    def write(self, *bodies: str, day: date = MARCH, as_draft: bool = False) -> int:
        """Write the brief of that day, in place of what it was; return its number."""
        items = tuple(ItemDraft(f"Story number {number}", body) for number, body in enumerate(bodies))
        with self.database.transaction() as session:
            draft = BriefDraft(SHOW, day, "News", items)
            return import_brief(session, draft, replace=True, as_draft=as_draft, actor="an editor").brief_id

    def write_long(self, items: int = 24, *, day: date = MARCH) -> int:
        """Write a brief that takes a worker some seconds."""
        return self.write(*(f"{BODY}This is number {number}." for number in range(items)), day=day)

    def ask(self, brief_id: int, priority: int = MANUAL_PRIORITY) -> int:
        """Queue a brief's job; return its number."""
        with self.database.transaction() as session:
            brief = session.get_one(Brief, brief_id)
            return enqueueing.enqueue(session, brief, requested_by="an admin", priority=priority).job_id

    def cancel(self, job: int) -> str:
        """Ask for a job's end, as an admin does; return what it is by then."""
        with self.database.transaction() as session:
            return work.cancel(session, JOBS, job, requested_by="an admin")

    def plan(self, cron: str, *, since: datetime) -> int:
        """Give the show a schedule in UTC and no other, as if it had been made at that time; return its number."""
        with self.database.transaction() as session:
            session.execute(text("DELETE FROM schedule"))
            return add(session, SHOW, SchedulePlan(cron, time_zone="UTC"), now=since, actor="an admin").id

    def job(self, number: int) -> JobRow:
        columns = "status, attempt, charged, completed_items, error, claimed_by"
        return JobRow(*self.rows(f"SELECT {columns} FROM audio_generation_job WHERE id = :job", job=number)[0])

    def wait_until_ended(self, *numbers: int) -> None:
        """Return once all these jobs have ended, one way or another."""
        wait_until(lambda: all(self.job(one).status not in LIVE_STATUSES for one in numbers), f"jobs {numbers} to end")

    def wait_for_speech(self, number: int, attempt: int = 1) -> None:
        """Return in the midst of that attempt, when it has spoken something and has much before it."""
        before = self.job(number).completed_items

        def is_speaking() -> bool:
            job = self.job(number)
            return (job.status, job.attempt) == ("processing", attempt) and job.completed_items > before

        wait_until(is_speaking, f"attempt {attempt} at job {number} to speak")

    def rows(self, query: str, **given: object) -> list[tuple]:
        with self.database.transaction() as session:
            return [tuple(row) for row in session.execute(text(query), given)]

    def change(self, statement: str, **given: object) -> None:
        with self.database.transaction() as session:
            session.execute(text(statement), given)

    @contextmanager
    def holding(self, lock: str, **given: object) -> Iterator[None]:
        """Hold the locks that a statement takes, for as long as the block lasts."""
        with self.database.transaction(TransactionLimits(statement_seconds=0, lock_seconds=0)) as session:
            session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            session.execute(text(lock), given)
            yield

    @contextmanager
    def holding_brief(self, brief_id: int) -> Iterator[None]:
        """Keep every job of a brief from its end: whoever finishes one must lock the brief's row."""
        with self.holding("SELECT 1 FROM brief WHERE id = :brief FOR NO KEY UPDATE", brief=brief_id):
            yield

    def stored_of(self, job: int) -> set[str]:
        """Return the objects that attempts at that job have stored, its items' narrations left out."""
        return {one.name for one in self.store.list("shows/") if f"-{job}." in one.name.rpartition("/")[2]}

    def encoders(self) -> list[int]:
        """Return the processes of this installation that encode, not the ffmpeg that is asked if it runs at all."""
        return [pid for pid in self.product.processes() if b"libmp3lame" in _arguments(pid)]


def a_minute_ago() -> datetime:
    """Return the minute before this one: a night that was due then is late by now, and its date is known."""
    return (datetime.now(UTC) - timedelta(minutes=1)).replace(second=0, microsecond=0)


def _arguments(pid: int) -> list[bytes]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return []
