"""A database that says nothing: waited for as long as a statement may take, and no longer.

Red (they hang) without `set_wait_callback` in `brief_audio/db/connection/wait_limits.py:limit_waiting`.
"""

import socket
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from brief_audio.db.connection.engine import Database
from brief_audio.db.connection.wait_limits import waiting_for
from brief_audio.domain.errors import TryAgainError


@pytest.fixture
def silent_url() -> Iterator[str]:
    """The address of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"postgresql://nobody@127.0.0.1:{listener.getsockname()[1]}/nothing"


def test_a_server_that_never_greets_is_given_up(silent_url: str) -> None:
    db = Database(silent_url, name="test")

    with waiting_for(0.2), pytest.raises(TryAgainError, match=r"no answer for 0\.2 s"):
        db.ask("SELECT 1", {})

    db.close()


def test_an_answer_that_never_comes_is_given_up(database: Database) -> None:
    is_given_up = pytest.raises(TryAgainError, match=r"no answer for 0\.3 s")

    with is_given_up, database.transaction() as session, waiting_for(0.3):
        session.execute(text("SELECT pg_sleep(5)"))

    assert database.ask("SELECT 1", {}) == (1,)


def test_a_migration_may_take_its_time(database: Database) -> None:
    with waiting_for(0.3), database.engine.connect() as connection, waiting_for(None):
        slept = connection.execute(text("SELECT pg_sleep(0.8), 1")).one()

    assert slept[1] == 1


def test_a_connection_that_was_given_up_is_closed(database: Database) -> None:
    with database.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        with waiting_for(0.3), pytest.raises(Exception, match="no answer"):
            connection.execute(text("SELECT pg_sleep(5)"))

    assert driver is not None
    assert driver.closed
