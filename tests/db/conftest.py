"""Rows to begin with, and a queue whose numbers are short."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from brief_audio.db import enqueueing, work
from brief_audio.db.engine import Database
from brief_audio.db.jobs import JOBS
from brief_audio.db.models import Brief, Item, Show, Voice
from brief_audio.db.work import Claim
from brief_audio.domain.jobs import QueueRules


@pytest.fixture
def rules() -> QueueRules:
    return QueueRules()


@pytest.fixture
def show(database: Database) -> Show:
    with database.transaction() as session:
        voice = Voice(
            name="joe", engine="coqui", language="en-US", rate_hz=22050, licence="", descends_from="", is_verified=False
        )
        session.add(voice)
        session.flush()
        made = Show(slug="dawn", title="Dawn", language="en-US", time_zone="UTC", voice_id=voice.id)
        session.add(made)
    return made


@pytest.fixture
def make_brief(database: Database, show: Show) -> Callable[..., Brief]:
    """Make a brief of `items` items, each on a date of its own."""
    made: list[Brief] = []

    def make(items: int = 2) -> Brief:
        day = date(2026, 3, 1) + timedelta(days=len(made))
        with database.transaction() as session:
            brief = Brief(show_id=show.id, slug=f"dawn-{day}", local_date=day, title="News", state="ready")
            session.add(brief)
            session.flush()
            session.add_all(
                Item(brief_id=brief.id, position=number, headline=f"Item {number}", body="Words.")
                for number in range(1, items + 1)
            )
        made.append(brief)
        return brief

    return make


@pytest.fixture
def brief(make_brief: Callable[..., Brief]) -> Brief:
    return make_brief()


@pytest.fixture
def queued(database: Database, brief: Brief) -> int:
    """The number of a queued job."""
    with database.transaction() as session:
        return enqueueing.enqueue(session, brief, requested_by="test").job_id


@pytest.fixture
def claim(database: Database, queued: int, rules: QueueRules) -> Claim:
    """A claimed job."""
    claimed = work.claim_next(database, JOBS, "worker-1", rules)
    assert claimed is not None
    return claimed
