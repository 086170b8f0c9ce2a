"""A job is cancelled at every stage of its life: it ends `cancelled`, publishes nothing, and leaves nothing behind."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest

from tests.contract.storage.faulty_line import Exchange, FaultyLine
from tests.contract.storage.loopback_gcs import LoopbackGcs, store_at
from tests.e2e.faults.evidence import (
    assert_in_order,
    assert_no_temporary_files,
    assert_nothing_doubled,
    assert_published_side,
    assert_stored_is_named,
    history,
)
from tests.e2e.faults.newsroom import MARCH, Newsroom
from tests.e2e.product import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FINISHING = (
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'brief-audio scheduler' AND wait_event_type = 'Lock'"
)
BEGUN = [(None, "job.queued"), (1, "job.claimed")]
ASKED = [(None, "job.cancel_requested"), (1, "job.cancelled")]
IN_HAND = [*BEGUN, *ASKED]
IN_MASTERING = [*BEGUN, (1, "job.mastering"), *ASKED]
IN_STORING = [*BEGUN, (1, "job.mastering"), (1, "job.storing"), *ASKED]


@pytest.fixture
def in_bucket(newsroom: Newsroom, gcs_server: LoopbackGcs, bucket_settings: dict[str, str]) -> Iterator[Newsroom]:
    """The newsroom with its new audio in a bucket."""
    newsroom.product.extra |= bucket_settings
    bucket = store_at(gcs_server.url, bucket_settings["BRIEF_GCS_BUCKET"])
    yield Newsroom(newsroom.product, newsroom.database, bucket)
    bucket.close()


def assert_cancelled(newsroom: Newsroom, job: int, story: list[tuple[int | None, str]]) -> None:
    assert newsroom.job(job).status == "cancelled"
    assert history(newsroom, job) == story
    assert newsroom.rows("SELECT 1 FROM rendition WHERE job_id = :job", job=job) == []
    assert_no_temporary_files(newsroom)
    assert_nothing_doubled(newsroom)
    assert_published_side(newsroom)


def test_a_queued_job_is_cancelled_at_once_and_never_begun(newsroom: Newsroom) -> None:
    """Red without `job.status == WorkStatus.QUEUED` in `brief_audio/db/making/jobs.py:cancel`: a worker would begin
    it."""
    job = newsroom.ask(newsroom.write("It rains."))
    other = newsroom.ask(newsroom.write("It snows.", day=MARCH + timedelta(days=1)))

    cancelled = newsroom.product.command("jobs", "cancel", str(job))
    newsroom.product.command("scheduler", "--once")

    assert cancelled.returncode == 0, cancelled.stderr.decode()
    assert newsroom.job(other).status == "completed"
    assert_cancelled(newsroom, job, [(None, "job.queued"), (None, "job.cancelled")])
    assert_in_order(newsroom)


def test_a_job_that_is_being_prepared_is_cancelled_before_it_is_heard(newsroom: Newsroom) -> None:
    """Red without `raise WorkCancelledError` in `brief_audio/services/work/attempt.py:Attempt.progress`."""
    job = newsroom.ask(newsroom.write("It rains. " * 200))
    with newsroom.holding("LOCK TABLE item_narration IN ACCESS EXCLUSIVE MODE"):
        worker = newsroom.product.start("scheduler")
        wait_until(lambda: newsroom.job(job).status == "processing", "the job to be claimed")

        assert newsroom.cancel(job) == "processing"
    newsroom.wait_until_ended(job)

    assert newsroom.product.interrupt(worker) == 0
    assert newsroom.job(job).completed_items == 0
    assert_cancelled(newsroom, job, IN_HAND)
    assert_in_order(newsroom)


def test_a_job_that_is_being_spoken_stops_within_an_utterance(newsroom: Newsroom) -> None:
    """Red without `raise WorkCancelledError` in `brief_audio/services/work/attempt.py:Attempt.progress`."""
    job = newsroom.ask(newsroom.write_long(60))
    worker = newsroom.product.start("scheduler")
    newsroom.wait_for_speech(job)

    assert newsroom.cancel(job) == "processing"
    newsroom.wait_until_ended(job)

    assert newsroom.product.interrupt(worker) == 0
    assert newsroom.job(job).completed_items < 60
    assert newsroom.rows("SELECT 1 FROM item_narration WHERE job_id = :job AND state = 'speaking'", job=job) == []
    assert_cancelled(newsroom, job, IN_HAND)
    assert_in_order(newsroom)


def test_a_job_that_is_being_mastered_leaves_its_encoder(newsroom: Newsroom) -> None:
    """Red without `check_stop=attempt.check_cancel` in `brief_audio/services/making/edition.py:generate`.

    The encoder is stopped, so that mastering can end in no other way.
    """
    job = newsroom.ask(newsroom.write_long())
    worker = newsroom.product.start("scheduler")
    wait_until(lambda: newsroom.encoders() != [], "the encoder to begin")
    [encoder] = newsroom.encoders()
    os.kill(encoder, signal.SIGSTOP)

    assert newsroom.cancel(job) == "processing"
    newsroom.wait_until_ended(job)

    assert newsroom.encoders() == []
    assert newsroom.product.interrupt(worker) == 0
    assert newsroom.stored_of(job) == set()
    assert_cancelled(newsroom, job, IN_MASTERING)
    assert_in_order(newsroom)


def test_a_job_that_is_being_stored_names_none_of_its_files(in_bucket: Newsroom, line: FaultyLine) -> None:
    """Red without `attempt.progress(STORED_SHARE)` in `brief_audio/services/making/edition.py:generate` and without
    `cancel_requested` in `brief_audio/db/making/jobs.py:finish`: each of the two holds where the other is missing.
    """
    reached, go = Event(), Event()

    def hold_captions(exchange: Exchange, ask) -> None:
        if b"WEBVTT" in exchange.body:
            reached.set()
            go.wait(120)
        ask()

    line.always(hold_captions)
    job = in_bucket.ask(in_bucket.write("It rains."))
    worker = in_bucket.product.start("scheduler")
    assert reached.wait(120)
    [audio] = in_bucket.stored_of(job)

    assert in_bucket.cancel(job) == "processing"
    go.set()
    in_bucket.wait_until_ended(job)

    assert in_bucket.product.interrupt(worker) == 0
    assert audio in in_bucket.stored_of(job)
    assert_cancelled(in_bucket, job, IN_STORING)


def test_a_job_that_is_about_to_finish_is_not_published(newsroom: Newsroom) -> None:
    """Red without `cancel_requested` in `brief_audio/db/making/jobs.py:finish`; the admin would wait for the worker
    where `brief_audio/services/making/publishing.py:_finish` locked the job before the brief.
    """
    brief = newsroom.write("It rains.")
    job = newsroom.ask(brief)
    with newsroom.holding_brief(brief):
        worker = newsroom.product.start("scheduler")
        wait_until(lambda: newsroom.rows(FINISHING) != [], "the worker to wait for the brief")
        free = newsroom.rows("SELECT id FROM audio_generation_job WHERE id = :job FOR UPDATE SKIP LOCKED", job=job)

        assert newsroom.cancel(job) == "processing"
    newsroom.wait_until_ended(job)

    assert newsroom.product.interrupt(worker) == 0
    assert free == [(job,)]
    assert len(newsroom.stored_of(job)) == 4
    assert_cancelled(newsroom, job, IN_STORING)
    assert_stored_is_named(newsroom, besides=frozenset(newsroom.stored_of(job)))
