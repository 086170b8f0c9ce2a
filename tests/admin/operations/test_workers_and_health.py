"""Workers and health, and errors: what an admin sees of them, whatever is there."""

from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Schedule
from brief_audio.db.operations import workers
from brief_audio.domain.errors import ErrorSource
from brief_audio.services.operations.error_list import PAGE
from brief_audio.services.operations.error_log import MetError, record
from tests.admin.browser import Browser
from tests.web.editions import add_show

MOST_QUERIES = 12


def add_worker(db: Database, host: str, *, silent: bool = False) -> None:
    row = {"name": f"{host}:1:a", "host": host, "pid": 1, "version": "1.0", "concurrency": 3, "memory_mib": 600}
    with db.transaction() as session:
        workers.keep(session, row | {"started_at": datetime.now(UTC) - timedelta(hours=30)})
        if silent:
            session.execute(text("UPDATE worker SET seen_at = now() - interval '4 min' WHERE host = :h"), {"h": host})


def add_late_show(db: Database, slug: str) -> None:
    show_id, since = add_show(db, slug), datetime.now(UTC) - timedelta(days=3)
    with db.transaction() as session:
        night = Schedule(show_id=show_id, cron="0 0 * * *", time_zone="UTC", ready_by=time(0, 1), since=since)
        session.add(night)


def queries_of(database: Database, browser: Browser, path: str) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        browser.text(path)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("path", ["/admin/workers/", "/admin/workers/live", "/admin/workers/parts", "/admin/errors/"])
def test_strangers_are_shown_the_door(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 303


def test_without_a_worker_the_heading_says_what_that_means(viewer: Browser) -> None:
    page = viewer.text("/admin/workers/")

    assert "No worker is running: jobs wait until one starts" in page


def test_a_silent_worker_is_told_from_one_that_is_alive(viewer: Browser, database: Database) -> None:
    add_worker(database, "desk-1")
    all_well = viewer.text("/admin/workers/live")
    add_worker(database, "desk-2", silent=True)

    page = viewer.text("/admin/workers/live")

    assert "1 worker running" in all_well
    assert "1 of 2 workers down" in page
    assert page.count('data-state="completed"') > 0
    assert "last report 4\N{NO-BREAK SPACE}min ago" in page
    assert 'hx-trigger="every 5s"' in page


def test_late_editions_come_first_and_cost_no_query_each(viewer: Browser, database: Database) -> None:
    """Red where each show's edition is looked up by itself: twenty shows would be forty queries."""
    add_worker(database, "desk-1")
    for number in range(20):
        add_late_show(database, f"show-{number}")

    assert "20 editions late; 1 worker running" in viewer.text("/admin/workers/")
    assert queries_of(database, viewer, "/admin/workers/") <= MOST_QUERIES


def test_without_a_script_the_parts_are_looked_at_on_demand(viewer: Browser) -> None:
    waiting, looked = viewer.text("/admin/workers/"), viewer.text("/admin/workers/?look=1")

    assert "Check now" in waiting
    for part in ("Database", "Schema", "Store", "Clock", "Jobs", "ffmpeg"):
        assert f">{part}<small>" in looked


def test_a_site_without_errors_says_so(viewer: Browser) -> None:
    assert "No errors" in viewer.text("/admin/errors/")
    assert "No matching errors" in viewer.text("/admin/errors/?source=store")


def test_what_an_error_says_is_shown_as_text(viewer: Browser, database: Database) -> None:
    record(database, MetError(ErrorSource.WORKER, "item failed", "<script>alert(1)</script>", "narration"), count=1234)

    page = viewer.text("/admin/errors/")

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "1,234" in page


def test_errors_are_shown_page_by_page_and_by_source(viewer: Browser, database: Database) -> None:
    for number in range(PAGE + 3):
        record(database, MetError(ErrorSource.WORKER, f"kind {'x' * number}", "", "narration", is_sentence=False))
    record(database, MetError(ErrorSource.STORE, "away", "", "attempt"))

    first = viewer.text("/admin/errors/?source=worker")
    older = first.partition("before=")[2].partition('"')[0]
    second = viewer.text(f"/admin/errors/?source=worker&before={older}")

    assert (first.count('id="error-'), second.count('id="error-')) == (PAGE, 3)
    assert viewer.text("/admin/errors/?source=store").count('id="error-') == 1
    assert queries_of(database, viewer, "/admin/errors/") <= MOST_QUERIES


@pytest.mark.parametrize(
    "query",
    ["source=moon", "before=1", "before=٣-٤", "before=-1-1", f"before={10**30}", "before=1-1%00", "source=%00"],
)
def test_an_address_that_makes_no_sense_gets_a_sentence(viewer: Browser, query: str) -> None:
    page = viewer.get(f"/admin/errors/?{query}")

    assert page.status_code == 400
    assert "Invalid request" in page.text


def test_a_place_beyond_all_time_is_not_found(viewer: Browser) -> None:
    assert viewer.get(f"/admin/errors/?before={'9' * 17}-1").status_code in {200, 404}
    assert viewer.get("/admin/errors/?before=1-999999999999999999").status_code == 200


def test_health_pages_change_nothing(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(("workers.", "errors.")):
            assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"}
