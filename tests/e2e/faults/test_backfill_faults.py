"""Ten thousand jobs of a backfill stand in the queue when the night comes: this morning's edition waits for none."""

import json
import urllib.request
from datetime import timedelta

import pytest

from tests.e2e.faults.evidence import assert_nothing_doubled, assert_published_side, kinds
from tests.e2e.faults.newsroom import Newsroom, a_minute_ago
from tests.e2e.product import PATIENCE_SECONDS, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

BACKFILLED = 10_000
FILLED = (
    # A brief for each day up to the end of the last century, an item for each, and a job for each.
    "WITH new_brief AS ("
    " INSERT INTO brief (show_id, slug, local_date, title, state)"
    " SELECT show.id, 'back-' || number, date '1999-12-31' - number, 'Long ago', 'ready'"
    " FROM show, generate_series(1, :count) AS number RETURNING id"
    "), new_item AS ("
    " INSERT INTO item (brief_id, position, headline, body)"
    " SELECT id, 1, 'Weather', 'It rained.' FROM new_brief"
    "), new_job AS ("
    " INSERT INTO audio_generation_job (brief_id, brief_title, priority, requested_by, total_items)"
    " SELECT id, 'Long ago', 500, 'backfill', 1 FROM new_brief RETURNING id"
    "), new_narration AS ("
    " INSERT INTO item_narration (job_id, position, headline, body, voice)"
    " SELECT id, 1, 'Weather', 'It rained.', 'tone' FROM new_job"
    ") INSERT INTO event (actor, kind, job_id) SELECT 'backfill', 'job.queued', id FROM new_job"
)
BACKFILLS_BETWEEN = (
    "SELECT count(*) FROM event claim JOIN audio_generation_job job ON job.id = claim.id"
    " WHERE claim.kind = 'job.claimed' AND job.priority = 500"
    " AND claim.id > (SELECT id FROM event WHERE job_id = :job AND kind = 'job.queued')"
    " AND claim.id < (SELECT id FROM event WHERE job_id = :job AND kind = 'job.claimed')"
)


@pytest.fixture
def backfilled(newsroom: Newsroom) -> Newsroom:
    """The newsroom with ten thousand jobs of a backfill, all older than anything else."""
    newsroom.change(FILLED, count=BACKFILLED)
    newsroom.change("UPDATE brief SET local_date = '2020-01-01', slug = 'the-sample' WHERE id = 1")
    return newsroom


def come_due(newsroom: Newsroom) -> int:
    """Let tonight's brief be written and its night come; return its job."""
    minute = a_minute_ago()
    brief = newsroom.write("It rains.", day=minute.date())
    newsroom.plan(f"{minute.minute} {minute.hour} * * *", since=minute - timedelta(hours=1))
    of_tonight = "SELECT id FROM audio_generation_job WHERE brief_id = :brief"
    wait_until(lambda: newsroom.rows(of_tonight, brief=brief) != [], "the night")
    return newsroom.rows(of_tonight, brief=brief)[0][0]


def count_held(newsroom: Newsroom) -> int:
    """Return how many backfills have done their work and wait for their brief."""
    in_hand = newsroom.rows("SELECT id FROM audio_generation_job WHERE status = 'processing' AND priority = 500")
    return sum(len(newsroom.stored_of(job)) == 4 for (job,) in in_hand)


def test_the_night_is_next_where_one_place_does_everything(backfilled: Newsroom) -> None:
    """Red without `priority` in the order of `migrations/versions/0008_claim_and_finish.py:CLAIM_JOB`.

    One claim of a backfill may be under way while the night's job is made.
    """
    backfilled.product.extra["BRIEF_CONCURRENCY"] = "1"
    worker = backfilled.product.start("scheduler")
    wait_until(lambda: len(backfilled.rows("SELECT 1 FROM rendition")) > 2, "the backfill to go on")

    job = come_due(backfilled)
    backfilled.wait_until_ended(job)

    assert backfilled.product.interrupt(worker) == 0
    assert backfilled.job(job).status == "completed"
    [(before,)] = backfilled.rows(BACKFILLS_BETWEEN, job=job)
    assert before <= 1
    assert_nothing_doubled_among_begun(backfilled)
    assert_published_side(backfilled)


def test_a_night_finds_a_place_while_every_other_is_busy_with_a_backfill(backfilled: Newsroom) -> None:
    """Red without `takes_backfill` in `scheduler/worker.py:Worker.__init__`.

    The backfills in hand cannot end: their briefs are locked by somebody else. What people look at answers meanwhile.
    """
    web = backfilled.product.start("web")
    with backfilled.holding("SELECT 1 FROM brief WHERE title = 'Long ago' FOR NO KEY UPDATE"):
        worker = backfilled.product.start("scheduler")
        wait_until(lambda: count_held(backfilled) == 2, "two of three places to be busy")

        job = come_due(backfilled)
        backfilled.wait_until_ended(job)

        assert kinds(backfilled, job)[-1] == "rendition.published"
        assert_answers(backfilled)
    assert backfilled.product.interrupt(web) == 0
    assert backfilled.product.interrupt(worker) == 0
    assert_published_side(backfilled)


def assert_answers(newsroom: Newsroom) -> None:
    """See that lists, history and health say how things are, however long the queue."""
    listed = newsroom.product.command("jobs", "list", "--status", "queued", "--json")
    tail = newsroom.product.command("events", "tail", "--limit", "20", "--json")
    wait_until(lambda: is_well(newsroom), "the site to be well")

    assert len(json.loads(listed.stdout)) > 0
    assert len(json.loads(tail.stdout)) == 20


def is_well(newsroom: Newsroom) -> bool:
    try:
        with urllib.request.urlopen(f"{newsroom.product.url}/health", timeout=PATIENCE_SECONDS) as reply:
            return reply.status == 200
    except OSError:
        return False


def assert_nothing_doubled_among_begun(newsroom: Newsroom) -> None:
    """Compare the history with the rows, of the jobs that were begun: ten thousand others have one line each."""
    newsroom.change("DELETE FROM audio_generation_job WHERE attempt = 0")
    assert_nothing_doubled(newsroom)
