"""What a transaction's first statement says first: how long anything in it may take."""

from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from brief_audio.db.connection.engine import Database
from brief_audio.db.connection.time_limits import TransactionLimits
from brief_audio.domain.errors import TryAgainError

SHOWN = text(
    "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),"
    " current_setting('idle_in_transaction_session_timeout')"
)


def shown(session: Session) -> tuple[Any, ...]:
    return tuple(session.execute(SHOWN).one())


def test_a_transaction_keeps_its_limits_to_its_end(database: Database) -> None:
    """Red without `set_limits_first` in `brief_audio/db/connection/engine.py:Database`."""
    with database.transaction(TransactionLimits(statement_seconds=2, lock_seconds=0.5)) as session:
        first, second = shown(session), shown(session)

    assert first == second == ("2s", "500ms", "15s")


def test_the_limits_of_one_transaction_are_not_those_of_the_next(database: Database) -> None:
    """Red with `SET` for `SET LOCAL` in `brief_audio/db/connection/time_limits.py:TransactionLimits`, or without its
    `finally`."""
    with database.transaction(TransactionLimits(statement_seconds=2)) as session:
        shown(session)
    with database.transaction(TransactionLimits(lock_seconds=1)):
        pass  # nothing was asked in it
    with database.engine.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "0"

    with database.transaction() as session:
        assert shown(session) == ("30s", "5s", "15s")


def test_a_savepoint_may_come_first(database: Database) -> None:
    with database.transaction() as session, session.begin_nested():
        assert shown(session) == ("30s", "5s", "15s")


def test_a_question_of_its_own_is_limited_and_committed(database: Database) -> None:
    """Red without `USUAL` or `single_statement` in `brief_audio/db/connection/engine.py:ask`."""
    assert database.ask(str(SHOWN), {}) == ("30s", "5s", "15s")
    [written] = database.ask("SELECT CAST(pg_current_xact_id() AS text)", {}) or [None]
    assert database.ask("SELECT pg_xact_status(CAST(%(id)s AS xid8))", {"id": written}) == ("committed",)


def test_a_question_of_its_own_leaves_its_connection_as_it_was(database: Database) -> None:
    """Red without `autocommit = False` in `brief_audio/db/connection/single_statement.py`."""
    database.ask("SELECT 1", {})

    with database.transaction() as session:
        session.execute(text("CREATE TABLE left_behind (id int)"))
        session.rollback()
    assert database.ask("SELECT to_regclass('left_behind')", {}) == (None,)


TOO_LONG = "SET LOCAL statement_timeout = 50; SELECT pg_sleep(1)"


@pytest.mark.parametrize("statement", ["SELECT pg_terminate_backend(pg_backend_pid())", TOO_LONG])
def test_a_question_of_its_own_that_fails_says_so_and_costs_its_connection(database: Database, statement: str) -> None:
    """Red without `psycopg2.Error` in `brief_audio/db/connection/engine.py:answering`."""
    with pytest.raises(TryAgainError, match="the database did not answer"):
        database.ask(statement, {})

    assert database.ask("SELECT 1", {}) == (1,)
    assert database.engine.pool.status().endswith("Current Checked out connections: 0")


def test_a_statement_that_takes_too_long_is_ended(database: Database) -> None:
    with (
        pytest.raises(TryAgainError, match="statement timeout"),
        database.transaction(TransactionLimits(statement_seconds=0.05)) as session,
    ):
        session.execute(text("SELECT pg_sleep(5)"))


def test_a_transaction_costs_no_message_for_its_limits(database: Database) -> None:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "after_cursor_execute", note)
    with database.transaction() as session:
        session.execute(text("SELECT 1"))
    event.remove(database.engine, "after_cursor_execute", note)

    assert len(sent) == 1
