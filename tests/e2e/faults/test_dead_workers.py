"""A job whose worker dies again and again: each death is counted, and after the fifth nobody tries it any more."""

from collections.abc import Callable

import pytest

from brief_audio.domain.jobs import QueueRules
from tests.e2e.faults.evidence import assert_in_order, history
from tests.e2e.faults.newsroom import Newsroom
from tests.e2e.product import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WAITED_SECONDS = (
    "SELECT extract(epoch FROM job.run_after - event.at) FROM event"
    " JOIN audio_generation_job job ON job.id = event.job_id"
    " WHERE job.id = :job AND event.kind = 'job.rescued' AND event.attempt = :attempt"
)


def test_after_five_deaths_a_job_fails_until_somebody_tries_it_again(
    newsroom: Newsroom, let_leases_end: Callable[[], None]
) -> None:
    """Red without `claim.charged >= rules.most_attempts` in `brief_audio/db/making/jobs.py:_rescue_one`."""
    [(sample, edition)] = newsroom.rows("SELECT id, current_rendition_id FROM brief")
    [(day,)] = newsroom.rows("SELECT local_date FROM brief")
    assert newsroom.write_long(40, day=day) == sample
    job = newsroom.ask(sample)

    for death in range(1, 6):
        worker = newsroom.product.start("scheduler")
        if death > 1:
            wait_until(lambda dead=death - 1: has_been_rescued(newsroom, job, dead), "the rescue")
            assert_backoff(newsroom, job, death - 1)
            newsroom.change("UPDATE audio_generation_job SET run_after = now() WHERE status = 'queued'")
        newsroom.wait_for_speech(job, attempt=death)
        worker.kill()
        worker.wait()
        let_leases_end()
    last = newsroom.product.start("scheduler")
    newsroom.wait_until_ended(job)

    ended = newsroom.job(job)
    assert (ended.status, ended.attempt, ended.charged) == ("failed", 5, 5)
    assert ended.error == "the worker died 5 times"
    assert newsroom.rows("SELECT current_rendition_id FROM brief") == [(edition,)]
    assert newsroom.stored_of(job) == set()
    died = [(attempt, kind) for attempt in range(1, 5) for kind in ("job.claimed", "job.rescued")]
    assert history(newsroom, job) == [(None, "job.queued"), *died, (5, "job.claimed"), (5, "job.failed")]
    wait_until(lambda: not list((newsroom.product.data_dir / "tmp").iterdir()), "dead workers' folders to be swept")
    assert_in_order(newsroom)

    retried = newsroom.product.command("jobs", "retry", str(job))
    assert retried.returncode == 0, retried.stderr.decode()
    newsroom.wait_until_ended(job + 1)

    assert newsroom.job(job) == ended
    assert newsroom.job(job + 1).status == "completed"
    assert newsroom.product.interrupt(last) == 0
    assert newsroom.rows("SELECT job_id, number FROM rendition WHERE state = 'published'") == [(job + 1, 2)]
    assert_in_order(newsroom)


def has_been_rescued(newsroom: Newsroom, job: int, attempt: int) -> bool:
    return newsroom.rows(WAITED_SECONDS, job=job, attempt=attempt) != []


def assert_backoff(newsroom: Newsroom, job: int, deaths: int) -> None:
    """See that the first deaths cost no time, and that later ones wait for 60 s and 120 s, more or less."""
    wait_seconds = 15 * 2 ** (deaths - 1)
    [(seconds,)] = newsroom.rows(WAITED_SECONDS, job=job, attempt=deaths)
    if deaths <= QueueRules().free_deaths:
        assert seconds <= 0
    else:
        assert 0.8 * wait_seconds <= float(seconds) <= 1.2 * wait_seconds, f"after {deaths} deaths"
