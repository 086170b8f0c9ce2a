"""The list of jobs and the page of one: filters in the address, pages by number, and the story of each job."""

import pytest
from sqlalchemy import func, select, update

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import jobs
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob, Brief
from brief_audio.db.work import Claim
from brief_audio.domain.jobs import NarrationState, QueueRules
from tests import factories
from tests.admin.browser import Browser
from tests.web.editions import add_show


@pytest.fixture
def show(database: Database) -> int:
    return add_show(database)


def add_jobs(database: Database, show: int, count: int, **columns: object) -> list[int]:
    """Add briefs with a job each; `columns` are those of the jobs."""
    with database.transaction() as session:
        known = session.execute(select(func.count()).select_from(Brief)).scalar_one()
        made = [
            factories.brief(session, show, None, slug=f"brief-{number}", title=f"Brief {number}")
            for number in range(known, known + count)
        ]
        given = {"requested_by": "ann@example.org"} | columns
        return [factories.job(session, brief, **given).id for brief in made]


@pytest.fixture
def claimed(database: Database, show: int) -> Claim:
    """A job of three items in a worker's hands: one spoken, one failed, one being spoken."""
    with database.transaction() as session:
        brief = factories.brief(session, show, items=3, slug="today", title="<b>News</b>")
        factories.queued(session, brief, requested_by="schedule 1")
    claim = work.claim_next(database, JOBS, "worker-1", QueueRules())
    assert claim is not None
    with database.transaction() as session:
        jobs.record_narration(session, claim, 1, NarrationState.SPOKEN, duration_ms=52_000)
        jobs.record_narration(session, claim, 2, NarrationState.FAILED, tries=3, error="the voice stopped answering")
        jobs.record_narration(session, claim, 3, NarrationState.SPEAKING)
    return claim


def numbers(page: str) -> list[int]:
    return [int(part.partition('"')[0]) for part in page.split('<td><a href="/admin/jobs/')[1:]]


def test_no_jobs_says_how_one_comes_to_be(viewer: Browser) -> None:
    assert "No jobs yet" in viewer.text("/admin/jobs/")


def test_pages_go_on_by_number_and_back(viewer: Browser, show: int, database: Database) -> None:
    made = add_jobs(database, show, 30)[::-1]

    first = viewer.text("/admin/jobs/")
    second = viewer.text(f"/admin/jobs/?before={made[24]}")
    back = viewer.text(f"/admin/jobs/?after={made[25]}")

    assert numbers(first) == made[:25]
    assert numbers(second) == made[25:]
    assert numbers(back) == made[:25]
    assert f"?before={made[24]}" in first
    assert f"?after={made[25]}" in second


def test_filters_of_the_address_are_kept_by_the_next_page(viewer: Browser, show: int, database: Database) -> None:
    add_jobs(database, show, 30, status="failed", finished_at=func.now())
    add_jobs(database, show, 2)

    page = viewer.text("/admin/jobs/?state=failed&show=morning-brief&by=hand&from=2020-01-01")

    assert len(numbers(page)) == 25
    older = page.partition("before=")[2].partition('"')[0]
    for kept in ("state=failed", "show=morning-brief", "by=hand", "from=2020-01-01"):
        assert kept in older


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=completed", 1),
        ("state=errors", 1),
        ("state=queued", 1),
        ("by=schedule", 1),
        ("by=backfill", 0),
        ("to=2020-01-01", 0),
    ],
)
def test_each_filter_finds_its_own(viewer: Browser, show: int, database: Database, query: str, found: int) -> None:
    ended = {"finished_at": func.now(), "total_items": 3}
    add_jobs(database, show, 1, status="completed", completed_items=2, failed_items=1, **ended)
    add_jobs(database, show, 1, requested_by="schedule 3")

    assert len(numbers(viewer.text(f"/admin/jobs/?{query}"))) == found


@pytest.mark.parametrize(
    "query",
    [
        "state=odd",
        "by=odd",
        "from=yesterday",
        "to=2026-02-30",
        "from=٢٠٢٦-٠٣-٠١",
        "before=x",
        "before=٣",
        f"after={10**30}",
    ],
)
def test_what_no_filter_can_be_is_refused(viewer: Browser, show: int, query: str) -> None:
    assert viewer.get(f"/admin/jobs/?{query}").status_code == 400


@pytest.mark.parametrize("slug", ["nothing", "a%00b", "%ED%A0%80"])
def test_a_show_that_there_is_not_is_not_found(viewer: Browser, show: int, slug: str) -> None:
    assert viewer.get(f"/admin/jobs/?show={slug}").status_code == 404


def test_the_list_says_what_is_spoken_and_keeps_itself_up_to_date(viewer: Browser, claimed: Claim) -> None:
    page = viewer.text("/admin/jobs/")

    assert "Speaking 3 of 3" in page
    assert 'hx-get="/admin/jobs/rows"' in page
    assert "&lt;b&gt;News&lt;/b&gt;" in page
    assert numbers(viewer.text("/admin/jobs/rows")) == [claimed.id]


def test_the_page_of_a_live_job_shows_how_far_it_is(editor: Browser, claimed: Claim) -> None:
    page = editor.text(f"/admin/jobs/{claimed.id}")

    assert "Speaking item 3 of 3" in page
    assert "the voice stopped answering" in page
    assert f'hx-get="/admin/jobs/{claimed.id}/story"' in page
    assert f"Cancel job {claimed.id}?" in page


def test_a_part_that_has_come_to_its_end_asks_no_more(viewer: Browser, claimed: Claim, database: Database) -> None:
    path = f"/admin/jobs/{claimed.id}/progress"
    assert f'hx-get="{path}" hx-trigger="every 2s"' in viewer.text(path)

    with database.transaction() as session:
        work.fail(session, claimed, "the disk is full", permanent=True, rules=QueueRules())

    assert "hx-trigger" not in viewer.text(path)
    assert "hx-trigger" not in viewer.text(f"/admin/jobs/{claimed.id}")


def test_a_failed_job_says_why_and_offers_another_try(editor: Browser, claimed: Claim, database: Database) -> None:
    with database.transaction() as session:
        work.fail(session, claimed, "the disk is full", permanent=True, rules=QueueRules())

    page = editor.text(f"/admin/jobs/{claimed.id}")

    assert "Failed after" in page
    assert "the disk is full" in page
    assert f"Retry job {claimed.id}?" in page


def test_a_viewer_is_offered_no_action(viewer: Browser, claimed: Claim) -> None:
    page = viewer.text(f"/admin/jobs/{claimed.id}")

    assert "/cancel" not in page
    assert "/retry" not in page


@pytest.mark.parametrize("part", ["", "/story", "/progress"])
@pytest.mark.parametrize("number", ["999999", "0", str(10**30), "٣", "x"])
def test_a_job_that_there_is_not_is_not_found(viewer: Browser, number: str, part: str) -> None:
    assert viewer.get(f"/admin/jobs/{number}{part}").status_code == 404


def test_a_job_that_was_released_tells_each_attempt(viewer: Browser, claimed: Claim, database: Database) -> None:
    with database.transaction() as session:
        work.release(session, claimed)
        session.execute(update(AudioGenerationJob).values(run_after=func.now()))
    again = work.claim_next(database, JOBS, "worker-2", QueueRules())
    assert again is not None

    page = viewer.text(f"/admin/jobs/{claimed.id}")

    assert "Attempt 1" in page
    assert "Released" in page
    assert "worker-2" in page
    assert "1 of 5 charged" in page
