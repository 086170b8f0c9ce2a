"""Planning the nights of the show `dawn`, as somebody at a desk does, each step in a transaction of its own."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Event, Tick
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules import editing, overrides
from brief_audio.services.schedules.due_runs import make_due_runs
from brief_audio.services.schedules.editing import SchedulePlan
from brief_audio.services.schedules.summary import ScheduleSummary
from tests.unit.services.fake_speech import FakeSpeech


@dataclass(frozen=True)
class Planning:
    """Somebody who plans, and the schedulers that follow."""

    database: Database

    def add(self, cron: str, now: datetime, **plan) -> ScheduleSummary:
        with self.database.transaction() as session:
            return editing.add(session, "dawn", SchedulePlan(cron, **plan), now=now, actor="test")

    def edit(self, number: int, now: datetime, **plan) -> ScheduleSummary:
        with self.database.transaction() as session:
            return editing.edit(session, number, SchedulePlan(**plan), now=now, actor="test")

    def override(
        self, number: int, kind: OverrideKind, first: date, last: date | None = None, at: time | None = None, *, now
    ) -> ScheduleSummary:
        with self.database.transaction() as session:
            return overrides.add_override(session, number, kind, first, last or first, at, now=now, actor="test")

    def take_back(self, number: int, first: date, last: date | None = None, *, now: datetime) -> ScheduleSummary:
        with self.database.transaction() as session:
            return overrides.take_back_overrides(session, number, first, last or first, now=now, actor="test")

    def keep(self, now: datetime) -> list[tuple[str, str]]:
        """Look at the nights at an instant; say which came to what."""
        found = make_due_runs(self.database, FakeSpeech(), now=now, actor="test")
        return [(news.local_date.isoformat(), news.state) for news in found]

    def ticks(self) -> list[tuple[str, str, bool]]:
        """Return date and state of each night that came, and whether it is open."""
        with self.database.transaction() as session:
            rows = session.execute(select(Tick).order_by(Tick.local_date)).scalars()
            return [(row.local_date.isoformat(), row.state, row.closed_at is None) for row in rows]

    def events(self, kind: str) -> list[str]:
        with self.database.transaction() as session:
            return list(session.execute(select(Event.message).where(Event.kind == kind).order_by(Event.id)).scalars())
