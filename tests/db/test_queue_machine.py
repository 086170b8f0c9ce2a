"""The queue keeps its promises whatever is asked of it, in whatever order.

Red, among others, without the attempt in `brief_audio/db/jobs.py:_is_mine` or `finish_job`, without the look at
`cancel_requested` in `finish`, `fail`, `release` or `_rescue_one`, without `priority` or `run_after` in the order of
`claim_job`, without its second `UPDATE item_narration`, and without `on_conflict_do_nothing` in
`brief_audio/db/enqueueing.py:enqueue`.
"""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from brief_audio.db.engine import Database
from brief_audio.db.models import Brief
from tests.db.queue_askers import ITEMS
from tests.db.queue_machine import QueueMachine

A_FEW = settings(
    max_examples=20,
    stateful_step_count=35,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],  # each step waits for a database, and others may use the machine
)


@pytest.mark.timeout(900)  # what it finds is made small before it is told
def test_any_order_of_events_leaves_the_queue_in_order(database: Database, make_brief: Callable[..., Brief]) -> None:
    briefs = [make_brief(items) for items in ITEMS]

    run_state_machine_as_test(lambda: QueueMachine(database, briefs), settings=A_FEW)
