"""The database: one engine, and one way to open a transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import psycopg2
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from brief_audio.db.connection.connection_check import check_before_use
from brief_audio.db.connection.single_statement import single_statement
from brief_audio.db.connection.time_limits import USUAL, TransactionLimits, limited, set_limits_first
from brief_audio.db.connection.wait_limits import limit_waiting
from brief_audio.domain.errors import BriefAudioError, TryAgainError

KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
AWAY = (psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.InternalError)
INSUFFICIENT_PRIVILEGE = "42501"  # PostgreSQL error code, appendix A of its manual


def psycopg2_url(url: str) -> URL:
    """Return any spelling of a PostgreSQL address as SQLAlchemy's URL for psycopg2.

    Only this function may do so: SQLAlchemy 2.1 reads `postgresql://` as psycopg 3 and rejects `postgres://`.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in {"postgres", "postgresql", "postgresql+psycopg2"} or not rest:
        raise ValueError("it must begin with postgresql://")
    return make_url(f"postgresql+psycopg2://{rest}")


class Database:
    """Connections to one PostgreSQL: a few stay open, more open on demand; `name` shows in `pg_stat_activity`."""

    def __init__(self, url: str, *, name: str, pool_size: int = 5, overflow: int = 5) -> None:
        limit_waiting()
        self.engine: Engine = create_engine(
            psycopg2_url(url),
            pool_size=pool_size,
            max_overflow=overflow,
            pool_timeout=10,
            connect_args=KEEPALIVE | {"application_name": f"brief-audio {name}"[:63]},
            hide_parameters=True,  # logged errors must not contain values such as password hashes
        )
        check_before_use(self.engine)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        set_limits_first(self.engine, self._sessions)

    @contextmanager
    def transaction(self, limits: TransactionLimits = USUAL) -> Iterator[Session]:
        """Yield a session; commit when the block ends, roll back if it raises.

        Raise `TryAgainError` if the database can't be reached or written to, or a lock is held too long.
        """
        with answering(), limited(self._sessions(), limits) as session, session.begin():
            yield session

    def ask(self, statement: str, given: Mapping[str, object]) -> tuple[Any, ...] | None:
        """Send one statement as its own transaction, in one round trip; return its first row.

        For frequent statements, in psycopg2's own style (`%(name)s`): a session takes three times as long. Raise the
        same errors as `transaction`.
        """
        with answering(), single_statement(self.engine) as cursor:
            cursor.execute(f"{USUAL}{statement}", given)
            return cast("tuple[Any, ...] | None", cursor.fetchone())

    def close(self) -> None:
        """Close all idle connections."""
        self.engine.dispose()


@contextmanager
def answering() -> Iterator[None]:
    """Raise `TryAgainError` for every error that means the database is unreachable, busy or read-only.

    Raise a permanent `BriefAudioError` if it denies this user permission.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise TryAgainError("every connection to the database is in use") from error
    except (DBAPIError, psycopg2.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, AWAY) or getattr(error, "connection_invalidated", False):
            raise TryAgainError(f"the database did not answer: {first_line(error)}") from error
        if getattr(cause, "pgcode", None) == INSUFFICIENT_PRIVILEGE:
            raise BriefAudioError(f"the database refused: {first_line(error)}", permanent=True) from error
        raise


def first_line(error: DBAPIError | psycopg2.Error) -> str:
    """Return the driver's own message without SQLAlchemy's additions."""
    return str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0]
