"""A worker that stands still for longer than its lease, and comes back: its job is somebody else's by then."""

import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from brief_audio.domain.jobs import QueueRules
from tests.e2e.faults.evidence import assert_in_order, history
from tests.e2e.faults.newsroom import MARCH, Newsroom
from tests.e2e.product import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

RECLAIM_SECONDS = 75
WORKERS = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'brief-audio scheduler'"
WAITING = f"{WORKERS} AND wait_event_type = 'Lock'"
IDLE = f"{WORKERS} AND state = 'idle in transaction'"
MADE = [(1, "job.mastering"), (1, "job.storing")]  # what an attempt that was stopped at its last step has done before
TAKEN_OVER = [
    (1, "job.rescued"),
    (2, "job.claimed"),
    (2, "job.mastering"),
    (2, "job.storing"),
    (2, "job.completed"),
    (2, "rendition.published"),
]


@pytest.fixture
def one_place(newsroom: Newsroom) -> Newsroom:
    """The newsroom, whose workers have one job in hand at once."""
    newsroom.product.extra["BRIEF_CONCURRENCY"] = "1"
    return newsroom


def test_a_worker_that_comes_back_while_speaking_leaves_the_job_to_its_new_owner(
    one_place: Newsroom, let_leases_end: Callable[[], None]
) -> None:
    """Red without `Job.attempt == claim.attempt` in `brief_audio/db/making/jobs.py:_is_mine`."""
    brief = one_place.write_long()
    job = one_place.ask(brief)
    zombie = one_place.product.start("scheduler")
    one_place.wait_for_speech(job)
    os.killpg(zombie.pid, signal.SIGSTOP)
    let_leases_end()

    with one_place.holding_brief(brief):
        other = one_place.product.start("scheduler")
        wait_until(lambda: one_place.rows(WAITING) != [], "the new owner to wait for the brief")
        come_back(one_place, zombie)
    one_place.wait_until_ended(job)

    assert one_place.product.interrupt(other) == 0
    assert_taken_over(one_place, job)
    assert_goes_on(one_place, zombie, job)


def test_a_worker_that_comes_back_at_its_last_step_publishes_nothing(
    one_place: Newsroom, let_leases_end: Callable[[], None]
) -> None:
    """Red without `Job.attempt == claim.attempt` in `brief_audio/db/making/jobs.py:_is_mine`."""
    brief = one_place.write("It rains.")
    job = one_place.ask(brief)
    with one_place.holding_brief(brief):
        zombie = one_place.product.start("scheduler")
        wait_until(lambda: one_place.rows(WAITING) != [], "the worker to wait for the brief")
        os.killpg(zombie.pid, signal.SIGSTOP)
        wait_until(lambda: one_place.rows(WAITING) == [], "the database to give up the worker's request")
        let_leases_end()

        other = one_place.product.start("scheduler")
        wait_until(lambda: one_place.rows(WAITING) != [], "the new owner to wait for the brief")
        assert len(one_place.stored_of(job)) == 8
        come_back(one_place, zombie)
    one_place.wait_until_ended(job)

    assert one_place.product.interrupt(other) == 0
    assert_taken_over(one_place, job, MADE)
    assert_goes_on(one_place, zombie, job)


@pytest.mark.long
def test_a_stopped_workers_job_is_taken_within_75_seconds_of_its_last_heartbeat(one_place: Newsroom) -> None:
    """Red without `jobs.rescue` in `scheduler/clock.py:Clock.tick`.

    Its lease ends by itself, while it stands in the midst of its last transaction: the brief's row is locked by it
    until the database gives that transaction up.
    """
    brief = one_place.write("It rains.")
    job = one_place.ask(brief)
    zombie = one_place.product.start("scheduler")
    with one_place.holding_brief(brief):
        wait_until(lambda: one_place.rows(WAITING) != [], "the worker to wait for the brief")
        os.killpg(zombie.pid, signal.SIGSTOP)
    wait_until(lambda: one_place.rows(IDLE) != [], "the worker's transaction to have the brief")
    [(lease_until,)] = one_place.rows("SELECT lease_until FROM audio_generation_job WHERE id = :job", job=job)

    other = one_place.product.start("scheduler")
    one_place.wait_until_ended(job)
    assert one_place.product.interrupt(other) == 0
    come_back(one_place, zombie)

    [(claimed_at,)] = one_place.rows("SELECT claimed_at FROM audio_generation_job WHERE id = :job", job=job)
    heartbeat_at = lease_until - QueueRules().lease
    assert claimed_at - heartbeat_at <= timedelta(seconds=RECLAIM_SECONDS)
    assert_taken_over(one_place, job, MADE)
    assert_goes_on(one_place, zombie, job)


def come_back(newsroom: Newsroom, zombie: subprocess.Popen[bytes]) -> None:
    """Let a worker go on whose job is somebody else's, and see that it ends its attempt without storing anything."""
    before = names(newsroom)
    os.killpg(zombie.pid, signal.SIGCONT)
    wait_until(lambda: newsroom.product.talk.count("nothing was published") == 1, "the zombie to leave the job")
    assert names(newsroom) == before


def assert_taken_over(newsroom: Newsroom, job: int, before: Sequence[tuple[int, str]] = ()) -> None:
    """See that the second attempt published, and that nothing of the first one, which had come so far, is left."""
    assert history(newsroom, job) == [(None, "job.queued"), (1, "job.claimed"), *before, *TAKEN_OVER]
    assert len(newsroom.stored_of(job)) == 4
    assert all(f"-{job}.2-" in name for name in newsroom.stored_of(job))
    assert_in_order(newsroom)


def assert_goes_on(newsroom: Newsroom, zombie: subprocess.Popen[bytes], job: int) -> None:
    """See that the worker that came back does the next job, and ends when it is told to."""
    claimed = "SELECT actor FROM event WHERE job_id = :job AND kind = 'job.claimed' AND attempt = 1"
    [(zombies_name,)] = newsroom.rows(claimed, job=job)
    following = newsroom.ask(newsroom.write("It snows.", day=MARCH + timedelta(days=1)))
    newsroom.wait_until_ended(following)

    assert newsroom.product.interrupt(zombie) == 0
    assert (newsroom.job(following).status, newsroom.job(following).claimed_by) == ("completed", zombies_name)
    assert_in_order(newsroom)


def names(newsroom: Newsroom) -> set[str]:
    return {one.name for one in newsroom.store.list()}
