"""Generate, cancel and retry: each answers at once, says what came of it, and goes back to where its form stood."""

import pytest
from sqlalchemy import func, select, update

from brief_audio.app import create_app
from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob, Brief, Show
from brief_audio.domain.jobs import QueueRules
from brief_audio.domain.work import WorkStatus
from brief_audio.storage.local import LocalStore
from tests import factories
from tests.admin.browser import Browser
from tests.web.editions import SiteParts, add_show

GENERATE = "/admin/briefs/morning-brief-2026-03-20/generate"


@pytest.fixture
def brief(database: Database) -> int:
    """A brief of two items that nobody has asked the audio of."""
    show_id = add_show(database)
    with database.transaction() as session:
        return factories.brief(session, show_id, items=2).id


def job_states(database: Database) -> list[tuple[int, str, bool]]:
    with database.transaction() as session:
        of = AudioGenerationJob
        return [tuple(row) for row in session.execute(select(of.id, of.status, of.cancel_requested).order_by(of.id))]


def flashed(browser: Browser) -> str:
    page = browser.text("/admin/jobs/")
    return page.partition('role="status">')[2].partition("</p>")[0]


def test_an_editor_queues_a_job_and_comes_back(editor: Browser, brief: int, database: Database) -> None:
    answer = editor.post(GENERATE, back="/admin/jobs/?state=queued")

    assert (answer.status_code, answer.location) == (303, "/admin/jobs/?state=queued")
    [(number, status, _)] = job_states(database)
    assert status == WorkStatus.QUEUED
    assert f"Job {number} is queued." in flashed(editor)


def test_the_second_admin_is_told_who_was_first(
    editor: Browser, admin: Browser, brief: int, database: Database
) -> None:
    editor.post(GENERATE)
    work.claim_next(database, JOBS, "worker-1", QueueRules())

    admin.post(GENERATE)

    assert len(job_states(database)) == 1
    told = flashed(admin)
    assert "Already generating: job" in told
    assert "by editor@example.org." in told


def test_a_double_click_makes_one_job(editor: Browser, brief: int, database: Database) -> None:
    for _ in range(2):
        assert editor.post(GENERATE).status_code == 303

    assert len(job_states(database)) == 1
    assert "Already queued" in flashed(editor)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\nb", "x" * 3000])
def test_a_form_never_sends_anybody_elsewhere(editor: Browser, brief: int, back: str) -> None:
    assert editor.post(GENERATE, back=back).location == "/admin/"


@pytest.mark.parametrize("slug", ["nothing-here", "12", "a%00b", "%ED%A0%80", "morning-brief%2F2026-03-20"])
def test_an_unknown_brief_is_not_found(editor: Browser, brief: int, slug: str) -> None:
    assert editor.post(f"/admin/briefs/{slug}/generate").status_code == 404


def test_a_form_with_another_field_is_refused(editor: Browser, brief: int, database: Database) -> None:
    assert editor.post(GENERATE, priority="1").status_code == 422
    assert editor.post(GENERATE, force="perhaps").status_code == 422
    assert job_states(database) == []


def test_a_full_queue_says_when_to_come_back(
    editor: Browser, brief: int, database: Database, store: LocalStore
) -> None:
    app = create_app(SiteParts(database, store, rules=QueueRules(most_queued=1)))
    browser = Browser(app.test_client())
    browser.sign_in("editor@example.org")
    with database.transaction() as session:
        show_id = session.execute(select(Show.id)).scalar_one()
        other = Brief(show_id=show_id, slug="other", kind="text", title="Other", state="ready")
        session.add(other)
        session.flush()
        session.add(AudioGenerationJob(brief_id=other.id, brief_title="Other", requested_by="test"))

    answer = browser.post(GENERATE)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert len(job_states(database)) == 1


def test_a_viewer_may_do_none_of_it(viewer: Browser, brief: int, database: Database) -> None:
    with database.transaction() as session:
        session.add(AudioGenerationJob(brief_id=brief, brief_title="News", requested_by="test"))
    [(number, _, _)] = job_states(database)

    for path in (GENERATE, f"/admin/jobs/{number}/cancel", f"/admin/jobs/{number}/retry"):
        assert viewer.post(path).status_code == 403

    assert job_states(database) == [(number, "queued", False)]


def test_a_queued_job_is_cancelled_at_once(editor: Browser, brief: int, database: Database) -> None:
    editor.post(GENERATE)
    [(number, _, _)] = job_states(database)

    answer = editor.post(f"/admin/jobs/{number}/cancel")

    assert answer.location == f"/admin/jobs/{number}"
    assert job_states(database) == [(number, "cancelled", False)]
    assert " cancelled. Nothing changes" in flashed(editor)


def test_a_worker_is_asked_to_stop_and_nobody_may_ask_anew_meanwhile(
    editor: Browser, brief: int, database: Database
) -> None:
    editor.post(GENERATE)
    claim = work.claim_next(database, JOBS, "worker-1", QueueRules())
    assert claim is not None
    editor.post(f"/admin/jobs/{claim.id}/cancel")

    answer = editor.post(GENERATE)

    assert answer.status_code == 303
    assert job_states(database) == [(claim.id, "processing", True)]
    assert "still stopping" in flashed(editor)


def test_a_cancelled_job_is_retried_as_a_new_one(editor: Browser, brief: int, database: Database) -> None:
    editor.post(GENERATE)
    [(first, _, _)] = job_states(database)
    editor.post(f"/admin/jobs/{first}/cancel")

    answer = editor.post(f"/admin/jobs/{first}/retry")

    states = job_states(database)
    assert [status for _, status, _ in states] == ["cancelled", "queued"]
    assert answer.location == f"/admin/jobs/{states[1][0]}"


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_what_has_ended_well_stays_as_it_is(editor: Browser, brief: int, database: Database, action: str) -> None:
    editor.post(GENERATE)
    with database.transaction() as session:
        session.execute(update(AudioGenerationJob).values(status="completed", finished_at=func.now()))
    [(number, _, _)] = job_states(database)

    answer = editor.post(f"/admin/jobs/{number}/{action}")

    assert answer.status_code == 303
    assert job_states(database) == [(number, "completed", False)]
    assert f"job {number}" in flashed(editor).lower()


@pytest.mark.parametrize("number", ["999999", "0", str(10**30), "٣", "-1", "x"])
@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_a_job_that_is_not_there_is_not_found(editor: Browser, number: str, action: str) -> None:
    assert editor.post(f"/admin/jobs/{number}/{action}").status_code == 404
