"""Rows to begin with, and a queue whose numbers are short."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import Brief, Show
from brief_audio.db.work import Claim
from brief_audio.domain.jobs import QueueRules
from tests import factories


@pytest.fixture
def rules() -> QueueRules:
    return QueueRules()


@pytest.fixture
def show(database: Database) -> Show:
    with database.transaction() as session:
        return factories.show(session, "dawn", language="en-US", time_zone="UTC")


@pytest.fixture
def make_brief(database: Database, show: Show) -> Callable[..., Brief]:
    """Make a brief of `items` items, each on a date of its own."""
    made: list[Brief] = []

    def make(items: int = 2) -> Brief:
        day = date(2026, 3, 1) + timedelta(days=len(made))
        with database.transaction() as session:
            brief = factories.brief(session, show.id, day, items=items)
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
        return factories.queued(session, brief, requested_by="test").id


@pytest.fixture
def claim(database: Database, queued: int, rules: QueueRules) -> Claim:
    """A claimed job."""
    claimed = work.claim_next(database, JOBS, "worker-1", rules)
    assert claimed is not None
    return claimed
