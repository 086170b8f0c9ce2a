"""How many connections a process opens, and how many of them it keeps when nothing happens."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from brief_audio.bootstrap import SITE, Container, build, most_connections
from brief_audio.config.settings import Settings
from brief_audio.db.connection.engine import Database
from brief_audio.domain.errors import SettingsError

NAMED = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    env = {"BRIEF_DATA_DIR": str(tmp_path), "BRIEF_CONCURRENCY": "16"}
    return Settings.from_env(env, processors=2, needs_secret=False)


def opened(container: Container, database: Database, count: int, name: str) -> tuple[int, int]:
    """Hold `count` connections at once; return how many there are then, and when all were given back."""

    def there_are() -> int:
        with database.transaction() as session:
            return session.execute(NAMED, {"name": f"brief-audio {name}"}).scalar_one()

    with ExitStack() as held:
        for _ in range(count):
            held.enter_context(container.db.transaction()).connection()
        most = there_are()
    with database.transaction() as session:
        while there_are() > 5 and session.execute(text("SELECT pg_sleep(0.05) IS NOT NULL")).scalar_one():
            pass  # a server takes a moment to see that a client has left
    return most, there_are()


@pytest.mark.parametrize(("name", "most"), [("scheduler", 40), ("run", 40), (SITE, 15), ("cli", 15)])
def test_a_process_opens_what_it_needs_and_keeps_few(
    database: Database, settings: Settings, server_url: str, name: str, most: int
) -> None:
    """Red with another `pool_size` in `brief_audio/bootstrap.py:build`, or without `WORKERS` in `most_connections`."""
    assert most_connections(settings, name) == most
    container = build(settings, server_url, name=name)
    try:
        assert opened(container, database, most, name) == (most, 5)
    finally:
        container.close()


def test_more_places_than_a_server_has_connections_for_are_refused(tmp_path: Path) -> None:
    """Red with a greater `most` of BRIEF_CONCURRENCY in `brief_audio/config/settings.py:from_env`."""
    env = {"BRIEF_DATA_DIR": str(tmp_path), "BRIEF_CONCURRENCY": "17"}

    with pytest.raises(SettingsError, match="BRIEF_CONCURRENCY"):
        Settings.from_env(env, processors=2, needs_secret=False)
