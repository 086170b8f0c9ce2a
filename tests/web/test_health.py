"""What load balancers ask: is the process up, and can it answer listeners."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from queue import Queue

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from brief_audio.app import create_app
from brief_audio.db.connection import migrate
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Schedule
from brief_audio.domain.clock import utc_now
from brief_audio.services.operations.rendition_files import check_files
from brief_audio.storage.local import LocalStore
from brief_audio.web.last_known import LastKnown
from tests.web.editions import Published, SiteParts, add_show


def test_health_answers_without_a_database(parts: SiteParts) -> None:
    nowhere = Database("postgresql://user:hunter2@127.0.0.1:1/none", name="nowhere")

    answer = create_app(replace(parts, db=nowhere)).test_client().get("/health")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_silent_database_does_not_hold_up_the_answer_and_what_was_known_holds() -> None:
    answers: Queue[int | None] = Queue()
    known = LastKnown(answers.get, wait_seconds=0.01)

    at_first = known.faulty()
    answers.put(2)
    while known.faulty() != 2:
        continue
    while_silent = known.faulty()
    answers.put(None)  # let the thread that asks end

    assert (at_first, while_silent) == (0, 2)


def test_published_files_that_are_gone_are_told_by_what_the_last_check_found(
    client: FlaskClient, parts: SiteParts, published: Published, sound: Path
) -> None:
    parts.store.delete(published.names.audio)
    before_the_check = client.get("/health").json

    check_files(parts.db, parts.store)
    answer = client.get("/health")
    parts.store.put(published.names.audio, sound, "audio/mpeg")
    check_files(parts.db, parts.store)

    assert before_the_check == {"status": "ok"}
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "degraded", "reasons": ["1 published edition with missing or incomplete files"]},
    )
    assert client.get("/health").json == {"status": "ok"}


def test_a_site_with_all_its_parts_is_ready(client: FlaskClient) -> None:
    answer = client.get("/ready")

    assert (answer.status_code, answer.json) == (200, {"status": "ready"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_site_without_its_database_is_not_ready_and_tells_no_secret(
    parts: SiteParts, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = Database("postgresql://user:hunter2@127.0.0.1:1/none", name="nowhere")

    answer = create_app(replace(parts, db=nowhere)).test_client().get("/ready")

    assert answer.status_code == 503
    assert answer.json == {
        "status": "not ready",
        "reasons": ["the database is not responding", "the database schema does not match this version"],
    }
    assert "127.0.0.1" in caplog.text
    assert "hunter2" not in caplog.text


def test_a_site_before_its_migrations_is_not_ready(client: FlaskClient, database: Database) -> None:
    head = migrate.head()
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        answer = client.get("/ready")
    finally:
        with database.transaction() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})

    assert (answer.status_code, answer.json["reasons"]) == (
        503,
        ["the database schema does not match this version"],
    )


def test_a_site_without_its_store_is_not_ready(parts: SiteParts, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    answer = create_app(replace(parts, store=LocalStore(tmp_path / "file"))).test_client().get("/ready")

    assert (answer.status_code, answer.json["reasons"]) == (503, ["the store is not responding"])


@pytest.fixture
def scheduled(database: Database) -> int:
    """A show whose edition had to be out a minute after midnight of every day."""
    show_id = add_show(database)
    with database.transaction() as session:
        session.add(
            Schedule(
                show_id=show_id,
                cron="0 0 * * *",
                time_zone="UTC",
                ready_by=time(0, 1),
                since=utc_now() - timedelta(days=3),
            )
        )
    return show_id


@pytest.mark.parametrize("path", ["/health/shows", "/health/shows/morning-brief"])
def test_a_late_edition_is_told_to_a_monitor_though_no_scheduler_lives(
    client: FlaskClient, scheduled: int, path: str
) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.json["status"]) == (503, "late")
    assert answer.headers["Cache-Control"] == "no-store"
    [edition] = answer.json["editions"]
    assert edition["show"] == "morning-brief"


@pytest.mark.parametrize("path", ["/health/shows", "/health/shows/morning-brief"])
def test_editions_in_time_are_well(client: FlaskClient, database: Database, path: str) -> None:
    add_show(database)

    assert (client.get(path).status_code, client.get(path).json) == (200, {"status": "ok"})


def test_the_health_of_an_unknown_show_is_not_found(client: FlaskClient) -> None:
    assert client.get("/health/shows/nobody").status_code == 404


@pytest.mark.parametrize("path", ["/health", "/ready", "/health/shows"])
def test_only_reading_is_allowed(client: FlaskClient, path: str) -> None:
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200
