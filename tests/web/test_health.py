"""What load balancers ask: is the process up, and can it answer listeners."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from brief_audio.app import create_app
from brief_audio.db import migrating
from brief_audio.db.engine import Database
from brief_audio.storage.local import LocalStore
from tests.web.editions import SiteParts


def test_health_looks_at_nothing(parts: SiteParts) -> None:
    nowhere = Database("postgresql://user:hunter2@127.0.0.1:1/none", name="nowhere")

    answer = create_app(replace(parts, db=nowhere)).test_client().get("/health")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


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
        "reasons": ["the database does not answer", "the database's schema is not the one that this version needs"],
    }
    assert "127.0.0.1" in caplog.text
    assert "hunter2" not in caplog.text


def test_a_site_before_its_migrations_is_not_ready(client: FlaskClient, database: Database) -> None:
    head = migrating.head()
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        answer = client.get("/ready")
    finally:
        with database.transaction() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})

    assert (answer.status_code, answer.json["reasons"]) == (
        503,
        ["the database's schema is not the one that this version needs"],
    )


def test_a_site_without_its_store_is_not_ready(parts: SiteParts, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    answer = create_app(replace(parts, store=LocalStore(tmp_path / "file"))).test_client().get("/ready")

    assert (answer.status_code, answer.json["reasons"]) == (503, ["the store does not answer"])


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_only_reading_is_allowed(client: FlaskClient, path: str) -> None:
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200
