"""What breaks while a secret is at hand: neither the log nor the errors that are kept hold it."""

import io
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from brief_audio import logs
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import ErrorGroup, Event
from brief_audio.domain.accounts import Role
from brief_audio.services.accounts import one_time_links, users


@pytest.fixture(params=["text", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What the log writes; the set-up of the tests comes back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.set_up(request.param, written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def path(database: Database) -> str:
    with database.transaction() as session:
        made = users.create(session, "ann@example.org", "Ann", Role.EDITOR, actor="tests")
        return one_time_links.make_for(session, made.id, actor="tests")


def test_a_link_whose_page_breaks_is_not_written_down(
    app: Flask, client: FlaskClient, database: Database, path: str, log: io.StringIO
) -> None:
    app.testing = False

    def broken(token: str) -> str:
        raise RuntimeError(f"no page for /link/{token}")

    app.view_functions["links.page"] = broken

    answer = client.get(path)

    with database.transaction() as session:
        kept = " ".join(f"{one.title} {one.sample}" for one in session.execute(select(ErrorGroup)).scalars())
    token = path.rpartition("/")[2]
    assert answer.status_code == 500
    assert "/link/…" in kept
    assert "Exception on /link/" in log.getvalue()
    assert token not in log.getvalue() + kept


def test_the_history_holds_no_link(database: Database, path: str) -> None:
    with database.transaction() as session:
        told = [f"{one.message} {one.detail}" for one in session.execute(select(Event)).scalars()]

    assert told
    assert path.rpartition("/")[2] not in " ".join(told)


def test_an_error_of_the_database_does_not_say_what_was_written(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught, database.engine.connect() as connection:
        connection.execute(text("SELECT :given / 0"), {"given": 4711})

    assert "4711" not in str(caught.value)
