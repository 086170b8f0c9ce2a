"""A queued job that takes a while, and a look into the database of the installation under attack."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from brief_audio.db.engine import Database
from brief_audio.embedded import hold_server
from tests.e2e.product import Product

ITEMS = 24
BODY = "The council met on Tuesday night and agreed on the budget. Nobody was surprised by that. " * 2


@pytest.fixture
def installation(with_show: Product) -> Product:
    """An installation whose scheduler may start."""
    with_show.extra = {"SECRET_KEY": "kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6GmA"}
    return with_show


@pytest.fixture
def database_of(installation: Product) -> Iterator[Database]:
    """The installation's own database, held so that it outlives the processes that are killed."""
    with hold_server(installation.data_dir) as server:
        db = Database(server.url, name="fault tests")
        yield db
        db.close()


@pytest.fixture
def job(installation: Product, database_of: Database, tmp_path: Path) -> int:
    """The number of a queued job of many items."""
    items = [{"headline": f"Story number {number}", "body": BODY} for number in range(ITEMS)]
    brief = {"show": "morning-brief", "date": "2026-03-20", "title": "Friday", "items": items}
    (tmp_path / "brief.json").write_text(json.dumps(brief), encoding="utf-8")
    assert installation.command("briefs", "import", str(tmp_path / "brief.json")).returncode == 0
    return int(installation.command("generate", "morning-brief/2026-03-20").stdout)


@pytest.fixture
def let_leases_end(database_of: Database) -> Callable[[], None]:
    """Make the minute pass that a dead worker's lease lasts."""

    def end() -> None:
        with database_of.transaction() as session:
            session.execute(
                text("UPDATE audio_generation_job SET lease_until = now() - interval '1 s' WHERE status = 'processing'")
            )

    return end
