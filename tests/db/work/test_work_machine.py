"""Leased work keeps its promises whatever is asked of it, in whatever order, for each kind of work.

Red, among others, without the attempt in the fence or in `finish.sql`, without the look at `cancel_requested` when an
attempt ends, without `priority` or `run_after` in the order of `claim.sql`, for jobs also where a later attempt keeps
what only seemed to be spoken, or where a brief can have two live jobs.
"""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from brief_audio.db.connection.engine import Database
from brief_audio.db.making.previews import PREVIEWS
from brief_audio.db.models import Brief, Show
from tests.db.work.errands import ERRANDS, install, remove
from tests.db.work.job_machine import ITEMS, JobMachine
from tests.db.work.work_machine import WorkMachine

A_FEW = settings(
    max_examples=20,
    stateful_step_count=35,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],  # each step waits for a database, and others may use the machine
)
FEWER = settings(A_FEW, max_examples=8)
TEXT = {"headline": "Bridge", "body": "It opens.", "voice": "joe"}


@pytest.fixture
def with_errands(database: Database) -> Iterator[Database]:
    with database.engine.begin() as connection:
        install(connection)
    yield database
    with database.engine.begin() as connection:
        remove(connection)


@pytest.mark.timeout(900)  # what it finds is made small before it is told
def test_jobs_keep_their_promises(database: Database, make_brief: Callable[..., Brief]) -> None:
    briefs = [make_brief(items) for items in ITEMS]

    run_state_machine_as_test(lambda: JobMachine(database, briefs), settings=A_FEW)


@pytest.mark.timeout(900)
def test_previews_keep_their_promises(database: Database, show: Show) -> None:
    run_state_machine_as_test(lambda: WorkMachine(database, PREVIEWS, show.id, **TEXT), settings=FEWER)


@pytest.mark.timeout(900)
def test_a_new_kind_keeps_the_same_promises(with_errands: Database, show: Show) -> None:
    run_state_machine_as_test(lambda: WorkMachine(with_errands, ERRANDS, show.id, what="milk"), settings=FEWER)
