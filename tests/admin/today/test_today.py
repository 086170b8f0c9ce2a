"""Today: one sentence that answers why one opened the page, and what can be done about it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, update

from brief_audio.db import work
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing, jobs
from brief_audio.db.making.jobs import JOBS
from brief_audio.db.models import AudioGenerationJob, Brief, Schedule
from brief_audio.domain.jobs import NarrationState, QueueRules, RenditionState
from brief_audio.storage.local import LocalStore
from tests import factories
from tests.admin.browser import Browser
from tests.web.editions import add_edition, add_show


@pytest.fixture
def today() -> date:
    return datetime.now(UTC).date()


@pytest.fixture
def show(database: Database) -> int:
    return add_show(database, time_zone="UTC")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.mp3"
    path.write_bytes(b"\xff\xfb" * 500)
    return path


def add_brief(database: Database, show: int, day: date, *, state: str = "ready") -> Brief:
    with database.transaction() as session:
        return factories.brief(session, show, day, items=2, title="The bridge", state=state)


def queue(database: Database, brief: Brief) -> int:
    with database.transaction() as session:
        return enqueueing.enqueue(session, session.get_one(Brief, brief.id), requested_by="schedule 1").job_id


def heading(page: str) -> str:
    return page.partition("<h1")[2].partition("</svg>")[2].partition("</h1>")[0].replace("\N{NO-BREAK SPACE}", " ")


def test_a_fresh_installation_without_a_show_says_so(viewer: Browser) -> None:
    assert "No shows yet" in viewer.text("/admin/")


def test_a_day_without_a_brief_offers_to_write_one(editor: Browser, show: int) -> None:
    page = editor.text("/admin/")

    assert heading(page) == "No brief for today"
    assert "Write today’s brief" in page


def test_a_published_edition_plays_with_its_chapters(
    viewer: Browser, show: int, database: Database, store: LocalStore, sound: Path, today: date
) -> None:
    at = datetime(today.year, today.month, today.day, 0, 0, 1, tzinfo=UTC)
    made = add_edition(database, store, sound, local_date=today, published_at=at, duration_ms=372_000)

    page = viewer.text("/admin/")

    assert heading(page) == "Published 00:00 · 6 min 12 s · 2 items"
    assert f'src="/audio/{made.names.audio}"' in page
    assert "Harbour bridge reopens" in page
    assert "Generate audio" not in page  # a viewer acts on nothing


def test_a_job_in_hand_says_which_item_is_spoken_and_keeps_itself_up_to_date(
    editor: Browser, show: int, database: Database, today: date
) -> None:
    number = queue(database, add_brief(database, show, today))
    claim = work.claim_next(database, JOBS, "worker-1", QueueRules())
    assert claim is not None
    with database.transaction() as session:
        jobs.record_narration(session, claim, 1, NarrationState.SPOKEN, duration_ms=1000)
        jobs.record_narration(session, claim, 2, NarrationState.SPEAKING)

    page = editor.text("/admin/")

    assert heading(page) == "Speaking item 2 of 2"
    assert 'hx-get="/admin/today/now?show=morning-brief" hx-trigger="every 2s"' in page
    assert f"Cancel job {number}?" in page


def test_the_part_that_lives_brings_the_whole_page_once_the_job_has_ended(
    editor: Browser, show: int, database: Database, today: date
) -> None:
    number = queue(database, add_brief(database, show, today))
    during = editor.get("/admin/today/now?show=morning-brief")
    with database.transaction() as session:
        work.cancel(session, JOBS, number, requested_by="test")

    after = editor.get("/admin/today/now?show=morning-brief")

    assert 'hx-swap-oob="true"' in during.get_data(as_text=True)
    assert "HX-Retarget" not in during.headers
    assert after.headers["HX-Retarget"] == "#today"
    assert heading(after.get_data(as_text=True)) == "Generation cancelled"
    assert "hx-trigger" not in after.get_data(as_text=True)


def test_a_held_brief_says_why_and_can_be_published(
    editor: Browser, show: int, database: Database, store: LocalStore, sound: Path, today: date
) -> None:
    made = add_edition(database, store, sound, local_date=today, state=RenditionState.STORED)
    with database.transaction() as session:
        session.execute(update(Brief).values(held_reason="4 of 9 items failed", held_at=func.now()))

    page = editor.text("/admin/")

    assert heading(page) == "Held: 4 of 9 items failed"
    assert "Publish version 1?" in page
    assert "Action required" in page
    answer = editor.post(f"/admin/briefs/{made.slug}/renditions/1/publish", instead_of="0")
    assert answer.status_code == 303
    assert heading(editor.text("/admin/")).startswith("Published")


def test_an_edition_that_is_not_out_in_time_is_late(
    viewer: Browser, show: int, database: Database, today: date
) -> None:
    now = datetime.now(UTC)
    due, ready_by = now - timedelta(minutes=20), now - timedelta(minutes=10)
    if due.date() != today:
        pytest.skip("the night would be of yesterday")
    add_brief(database, show, today)
    with database.transaction() as session:
        session.add(
            Schedule(
                show_id=show,
                cron=f"{due.minute} {due.hour} * * *",
                time_zone="UTC",
                ready_by=ready_by.time().replace(second=0, microsecond=0),
                since=now - timedelta(days=3),
            )
        )

    assert heading(viewer.text("/admin/")).startswith("Late by 1")


def test_a_failed_job_needs_somebody_and_its_show_comes_first(
    viewer: Browser, show: int, database: Database, today: date
) -> None:
    add_show(database, "a-first", title="A First")
    number = queue(database, add_brief(database, show, today))
    with database.transaction() as session:
        done = {"status": "failed", "finished_at": func.now(), "error": "the disk is full"}
        session.execute(update(AudioGenerationJob).values(done))

    page = viewer.text("/admin/")

    assert heading(page) == "Generation failed"
    assert f'href="/admin/jobs/{number}"' in page
    assert "the disk is full" in page


@pytest.mark.parametrize("show_asked", ["nothing", "a%00b", "%ED%A0%80", "x" * 500])
def test_a_show_that_is_not_there_is_not_found(viewer: Browser, show: int, show_asked: str) -> None:
    assert viewer.get(f"/admin/?show={show_asked}").status_code == 404


def test_the_page_asks_few_questions(
    editor: Browser, show: int, database: Database, store: LocalStore, sound: Path, today: date
) -> None:
    """Thirty days are one question, whatever happened in them."""
    for back in range(20):
        add_edition(database, store, sound, local_date=today - timedelta(days=back))
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        editor.text("/admin/")
    finally:
        event.remove(database.engine, "before_cursor_execute", note)

    assert len(asked) <= 12
