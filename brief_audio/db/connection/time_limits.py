"""How long a statement, a lock and an idle transaction may take.

PgBouncer refuses start-up options, so each transaction sets its own limits. Sending them separately would make every
transaction a third longer, so they are prepended to its first statement.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, sessionmaker

_DUE = "limits_due"


@dataclass(frozen=True, slots=True)
class TransactionLimits:
    """Limits in seconds, 0 for none; `str()` returns the SQL that sets them."""

    statement_seconds: float = 30.0
    lock_seconds: float = 5.0
    idle_seconds: float = 15.0

    def __str__(self) -> str:
        return (
            f"SET LOCAL statement_timeout = {self.statement_seconds * 1000:.0f};"
            f" SET LOCAL lock_timeout = {self.lock_seconds * 1000:.0f};"
            f" SET LOCAL idle_in_transaction_session_timeout = {self.idle_seconds * 1000:.0f}; "
        )


USUAL = TransactionLimits()


def set_limits_first(engine: Engine, sessions: sessionmaker[Session]) -> None:
    """Make `sessions` apply the limits set by `limited` on the connections of `engine`."""
    event.listen(sessions, "after_begin", _set_due)
    event.listen(engine, "before_cursor_execute", _limits_in_front, retval=True)


def limited(session: Session, limits: TransactionLimits) -> Session:
    """Return `session`; its next transaction applies `limits` from the first statement."""
    session.info[_DUE] = str(limits)
    return session


def _set_due(session: Session, _transaction: object, connection: Connection) -> None:
    connection.info[_DUE] = session.info.pop(_DUE, "")


def _limits_in_front(
    connection: Connection, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool
) -> tuple[str, Any]:
    return connection.info.pop(_DUE, "") + statement, parameters
