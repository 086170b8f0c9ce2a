"""Lists ask the database as often for twenty rows as for two: in the dashboard, for listeners, at the command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import (
    AudioGenerationJob,
    Brief,
    ErrorGroup,
    Item,
    ItemNarration,
    LexiconRule,
    Preview,
    Rendition,
    Schedule,
    ScheduleOverride,
    Show,
    Tick,
    User,
    UserSession,
    WorkerRow,
)
from brief_audio.services.accounts import users
from brief_audio.services.briefs import lookup
from brief_audio.services.making import jobs
from brief_audio.services.operations import event_history, workers
from brief_audio.services.schedules import editing, schedule_page
from brief_audio.services.shows import shows, voices
from brief_audio.storage.local import LocalStore
from tests.admin.browser import Browser
from tests.web.editions import add_edition, add_show

FEW, MANY = 2, 20
NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)

LISTS: dict[str, Callable[[Session], object]] = {
    "briefs list": lambda session: lookup.latest(session, show=None, limit=100),
    "briefs list --show": lambda session: lookup.latest(session, show="show-0", limit=100),
    "briefs show": lambda session: lookup.brief_with_items(session, "show-0/2026-03-20"),
    "jobs list": lambda session: jobs.latest(session, status=None, limit=100),
    "jobs show": lambda session: jobs.report(session, session.query(AudioGenerationJob.id).limit(1).scalar()),
    "schedules list": lambda session: editing.listed(session, now=NOW),
    "schedules, as the dashboard lists them": lambda session: schedule_page.schedule_list(session, now=NOW),
    "shows list": shows.all_shows,
    "voices list": voices.voices,
    "users list": users.listed,
    "workers list": workers.listed,
    "events tail": event_history.tail,
}


class Rows:
    """Rows of every kind that a list shows."""

    def __init__(self, database: Database, store: LocalStore, sound: Path) -> None:
        self.database, self.store, self.sound = database, store, sound
        self.count = 0

    def grow(self, count: int) -> None:
        """Let there be `count` of everything: a whole show with all that belongs to one, and what belongs to none."""
        for number in range(self.count, count):
            add_show(self.database, f"show-{number}", title=f"Show {number}")
            add_edition(self.database, self.store, self.sound, show=f"show-{number}")
            with self.database.transaction() as session:
                show = session.query(Show).filter_by(slug=f"show-{number}").one()
                self._of_show(session, show, number)
                self._of_none(session, number)
        with self.database.transaction() as session:
            first = session.query(Show).filter_by(slug="show-0").one()
            for number in range(self.count, count):
                self._of_first_show(session, first, number)
        self.count = count

    def _of_show(self, session: Session, show: Show, number: int) -> None:
        brief = session.query(Brief).filter_by(show_id=show.id).one()
        job = self._job(session, brief)
        session.query(Rendition).filter_by(brief_id=brief.id).update({"job_id": job.id})
        schedule = Schedule(show_id=show.id, cron="30 5 * * *", time_zone="UTC", since=NOW - timedelta(days=9))
        session.add(schedule)
        session.flush()
        session.add(
            ScheduleOverride(
                schedule_id=schedule.id, kind="skip", first_date=date(2099, 1, 1), last_date=date(2099, 1, 2)
            )
        )
        session.add(
            Tick(
                schedule_id=schedule.id,
                local_date=date(2026, 3, 20),
                due_at=NOW,
                open_until=NOW,
                state="made",
                job_id=job.id,
                closed_at=NOW,
            )
        )

    def _of_first_show(self, session: Session, show: Show, number: int) -> None:
        day = date(2026, 1, 1) + timedelta(days=number)
        brief = Brief(show_id=show.id, slug=f"early-{number}", local_date=day, title="Early", state="ready")
        session.add(brief)
        session.flush()
        self._job(session, brief)
        today = session.query(Brief).filter_by(show_id=show.id, local_date=date(2026, 3, 20)).one()
        session.add(
            Item(brief_id=today.id, position=number + 1, headline=f"Item {number}", body="-", voice_id=show.voice_id)
        )
        session.add(LexiconRule(show_id=show.id, written=f"word {number}", spoken="x"))

    def _job(self, session: Session, brief: Brief) -> AudioGenerationJob:
        job = AudioGenerationJob(
            brief_id=brief.id, brief_title=brief.title, status="failed", requested_by="-", finished_at=NOW, error="-"
        )
        session.add(job)
        session.flush()
        for position in range(1, self.count + 2):
            session.add(
                ItemNarration(
                    job_id=job.id, position=position, headline="-", body="-", voice="joe", state="failed", error="-"
                )
            )
        return job

    def _of_none(self, session: Session, number: int) -> None:
        user = User(email=f"user-{number}@example.org", name="Ann", role="viewer", created_by="-")
        session.add(user)
        session.flush()
        session.add(UserSession(token_sha256=f"{number}", user_id=user.id, address="-", agent="-"))
        session.add(ErrorGroup(fingerprint=f"{number}", source="http", title="It broke", sample="-"))
        session.add(
            WorkerRow(name=f"w-{number}", host="-", pid=1, version="1", concurrency=1, memory_mib=1, started_at=NOW)
        )
        show = session.query(Show).filter_by(slug=f"show-{number}").one()
        session.add(Preview(show_id=show.id, headline="-", body="-", voice="joe", requested_by="admin@example.org"))


@pytest.fixture
def rows(database: Database, store: LocalStore, tmp_path: Path) -> Rows:
    sound = tmp_path / "sound.mp3"
    sound.write_bytes(bytes(10_000))
    return Rows(database, store, sound)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Note what is asked of the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "after_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "after_cursor_execute", note)


def counted(database: Database, work: dict[str, Callable[[], object]]) -> dict[str, int]:
    """Return how many statements each piece of work takes."""
    counts = {}
    for name, one in work.items():
        with statements(database) as asked:
            one()
        counts[name] = len(asked)
    return counts


def test_no_list_asks_more_often_for_more_rows(database: Database, rows: Rows) -> None:
    def in_transaction(ask: Callable[[Session], object]) -> Callable[[], object]:
        def run() -> object:
            with database.transaction() as session:
                return ask(session)

        return run

    work = {name: in_transaction(ask) for name, ask in LISTS.items()}
    rows.grow(FEW)
    few = counted(database, work)

    rows.grow(MANY)

    assert counted(database, work) == few


def test_no_page_asks_more_often_for_more_rows(app: Flask, admin: Browser, database: Database, rows: Rows) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    dashboard = [rule.rule for rule in rules if hasattr(app.view_functions[rule.endpoint], "needed_role")]
    pages = [
        *dashboard,
        "/",
        "/health/shows",
        "/admin/briefs/show-0-2026-03-20",
        "/admin/lexicon/?show=show-0",
        "/admin/?show=show-0",
        "/briefs/show-0-2026-03-20",
    ]
    work = {page: lambda page=page: admin.text(page) for page in pages}  # type: ignore[misc]
    rows.grow(FEW)
    few = counted(database, work)

    rows.grow(MANY)

    assert len(pages) > 15
    assert counted(database, work) == few
