"""Connections that died in the pool are replaced before anybody uses them."""

import time
from collections.abc import Iterator

import psycopg2
import pytest
from psycopg2.extensions import connection as DriverConnection  # noqa: N812  (a class, whatever its case)
from sqlalchemy import text

from brief_audio.db.connection.connection_check import LONG_SECONDS, is_doubtful
from brief_audio.db.connection.engine import Database


@pytest.fixture
def one(database: Database) -> Iterator[Database]:
    """A database with one connection in its pool."""
    url = database.engine.url.render_as_string(hide_password=False)
    one = Database(url, name="resting", pool_size=1, overflow=0)
    yield one
    one.close()


@pytest.fixture
def line(server_url: str) -> Iterator[DriverConnection]:
    """A connection that nobody uses."""
    line = psycopg2.connect(server_url)
    yield line
    line.close()


def pid(database: Database) -> int:
    with database.transaction() as session:
        return session.execute(text("SELECT pg_backend_pid()")).scalar_one()


def test_a_connection_that_was_ended_is_replaced_unseen(database: Database, one: Database) -> None:
    """Red (`TryAgainError`) without `check_before_use` in `brief_audio/db/connection/engine.py:Database`."""
    before = pid(one)
    with database.transaction() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": before})

    assert pid(one) != before


def test_a_healthy_connection_is_not_asked(line: DriverConnection) -> None:
    """Red with `return True` in `brief_audio/db/connection/connection_check.py:is_doubtful`."""
    assert not is_doubtful(line, time.monotonic())


def test_one_that_lay_for_long_is_asked(line: DriverConnection) -> None:
    """Red without `LONG_SECONDS` in `brief_audio/db/connection/connection_check.py:is_doubtful`."""
    assert is_doubtful(line, time.monotonic() - LONG_SECONDS - 1)


def test_one_that_the_server_ended_is_asked(line: DriverConnection, database: Database) -> None:
    """Red without `line.poll(0)` in `brief_audio/db/connection/connection_check.py:is_doubtful`."""
    with database.transaction() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": line.info.backend_pid})

    assert is_doubtful(line, time.monotonic())
