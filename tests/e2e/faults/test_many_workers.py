"""Many workers, and many people, at once: every job is done by one of them, once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from threading import Barrier

import pytest

from brief_audio.bootstrap import build_speech
from brief_audio.config.settings import Settings
from brief_audio.db.connection.engine import Database
from brief_audio.domain.jobs import QueueRules
from brief_audio.embedded import hold_server
from brief_audio.services.making.jobs import Requested, request_generation
from tests.e2e.faults.evidence import assert_in_order, history
from tests.e2e.faults.newsroom import MARCH, Newsroom
from tests.e2e.product import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

JOBS = 200
CLICKS = 10
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
Desk = Callable[[int, str], Requested]
ONCE = [
    (None, "job.queued"),
    (1, "job.claimed"),
    (1, "job.mastering"),
    (1, "job.storing"),
    (1, "job.completed"),
    (1, "rendition.published"),
]


@pytest.fixture
def desk(newsroom: Newsroom) -> Iterator[Desk]:
    """Ask for a brief's audio as an admin does, from any thread."""
    settings = Settings.from_env(newsroom.product.environment, processors=1)
    with hold_server(newsroom.product.data_dir) as server, closing(build_speech(settings)) as speech:
        database = Database(server.url, name="clicks", pool_size=CLICKS)

        def ask(brief: int, admin: str) -> Requested:
            return request_generation(database, brief, speech, rules=QueueRules(), force=False, requested_by=admin)

        yield ask
        database.close()


@pytest.mark.long
def test_eight_places_do_two_hundred_jobs_once_each(newsroom: Newsroom) -> None:
    """Red without `FOR UPDATE SKIP LOCKED` in `migrations/versions/0008_claim_and_finish.py:CLAIM_JOB`.

    Ten briefs at a time have the same words, so that workers meet at the same narrations, too.
    """
    briefs = [newsroom.write(f"Report {n // 10}.", day=MARCH + timedelta(days=n)) for n in range(JOBS)]
    asked = [newsroom.ask(brief) for brief in briefs]
    workers = []
    for places in (3, 3, 2):
        newsroom.product.extra["BRIEF_CONCURRENCY"] = str(places)
        workers.append(newsroom.product.start("scheduler"))

    live = "SELECT 1 FROM audio_generation_job WHERE status IN ('queued', 'processing')"
    wait_until(lambda: newsroom.rows(live) == [], "every job to be done", 540)

    assert [newsroom.product.interrupt(worker) for worker in workers] == [0, 0, 0]
    assert [job for job in asked if history(newsroom, job) != ONCE] == []
    numbers = newsroom.rows("SELECT job_id, brief_id, number FROM rendition WHERE job_id >= :first", first=asked[0])
    assert sorted(numbers) == [(job, brief, 1) for job, brief in zip(asked, briefs, strict=True)]
    assert len(newsroom.rows("SELECT DISTINCT claimed_by FROM audio_generation_job WHERE id > 1")) == len(workers)
    assert_in_order(newsroom)


def test_ten_clicks_at_once_make_one_job(newsroom: Newsroom, desk: Desk) -> None:
    """Red without `on_conflict_do_nothing` in `brief_audio/db/making/enqueueing.py:enqueue`."""
    brief = newsroom.write("It rains.")
    together = Barrier(CLICKS)

    def click(number: int) -> Requested:
        together.wait(60)
        return desk(brief, f"admin {number}")

    with ThreadPoolExecutor(CLICKS) as threads:
        clicked = list(threads.map(click, range(CLICKS)))
    newsroom.product.command("scheduler", "--once")

    assert len({one.job_id for one in clicked}) == 1
    assert sum(one.is_new for one in clicked) == 1
    job = clicked[0].job_id
    assert newsroom.rows("SELECT job_id FROM rendition WHERE brief_id = :brief", brief=brief) == [(job,)]
    assert_in_order(newsroom)


def test_a_click_while_a_job_is_being_finished_makes_no_second_one(newsroom: Newsroom, desk: Desk) -> None:
    """Red without the second look at the edition in `brief_audio/services/making/jobs.py:request_generation`.

    The brief's row is held until the worker waits for it to finish the job, and the request behind the worker.
    """
    brief = newsroom.write("It rains.")
    job = newsroom.ask(brief)
    with ThreadPoolExecutor(1) as threads:
        with newsroom.holding_brief(brief):
            worker = newsroom.product.start("scheduler")
            wait_until(lambda: newsroom.rows(WAITING) == [(1,)], "the worker to wait for the brief")
            clicked = threads.submit(desk, brief, "an admin")
            wait_until(lambda: newsroom.rows(WAITING) == [(2,)], "the request to wait behind it")
        asked = clicked.result(60)
    newsroom.wait_until_ended(job)

    assert newsroom.product.interrupt(worker) == 0
    assert (asked.job_id, asked.up_to_date_rendition) in {(None, 1), (job, None)}
    assert newsroom.rows("SELECT job_id FROM rendition WHERE brief_id = :brief", brief=brief) == [(job,)]
    assert_in_order(newsroom)
