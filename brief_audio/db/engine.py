"""The database: one engine, one way into a transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import psycopg2
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from brief_audio.db.at_once import at_once
from brief_audio.db.limits import USUAL, Limits, limited, say_limits_first
from brief_audio.db.patience import limit_waiting
from brief_audio.db.resting import look_before_use
from brief_audio.domain.errors import BriefAudioError, TryAgainError

KEEPALIVE = {
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
AWAY = (psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.InternalError)
INSUFFICIENT_PRIVILEGE = "42501"  # PostgreSQL's own code, appendix A


def psycopg2_url(url: str) -> URL:
    """Return any spelling of a PostgreSQL address as SQLAlchemy's for psycopg2.

    The one place that does so: SQLAlchemy 2.1 takes `postgresql://` to mean psycopg 3 and knows no `postgres://`.
    """
    scheme, _, rest = url.partition("://")
    if scheme not in {"postgres", "postgresql", "postgresql+psycopg2"} or not rest:
        raise ValueError("it must begin with postgresql://")
    return make_url(f"postgresql+psycopg2://{rest}")


class Database:
    """Connections to one PostgreSQL: few are kept, more are opened on need; `name` is shown in `pg_stat_activity`."""

    def __init__(self, url: str, *, name: str, pool_size: int = 5, overflow: int = 5) -> None:
        limit_waiting()
        self.engine: Engine = create_engine(
            psycopg2_url(url),
            pool_size=pool_size,
            max_overflow=overflow,
            pool_timeout=10,
            connect_args=KEEPALIVE | {"application_name": f"brief-audio {name}"[:63]},
            hide_parameters=True,  # an error that is logged must not hold what was written, such as a password's hash
        )
        look_before_use(self.engine)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        say_limits_first(self.engine, self._sessions)

    @contextmanager
    def transaction(self, limits: Limits = USUAL) -> Iterator[Session]:
        """Yield a session; commit when the block ends, roll back when it raises.

        Raise `TryAgainError` where the database cannot be reached, cannot be written to, or a lock is held too long.
        """
        with answering(), limited(self._sessions(), limits) as session, session.begin():
            yield session

    def ask(self, statement: str, given: Mapping[str, object]) -> tuple[Any, ...] | None:
        """Send one statement as a transaction of its own: one message there, one back; return its first row.

        For what is asked all day long, in psycopg2's own style (`%(name)s`): a session takes thrice the time. Raise
        what `transaction` does.
        """
        with answering(), at_once(self.engine) as cursor:
            cursor.execute(f"{USUAL}{statement}", given)
            return cast("tuple[Any, ...] | None", cursor.fetchone())

    def close(self) -> None:
        """Close every idle connection."""
        self.engine.dispose()


@contextmanager
def answering() -> Iterator[None]:
    """Raise `TryAgainError` in the place of every error that says that the database is away, busy or read-only.

    Raise a permanent `BriefAudioError` where it refuses this user.
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
    """Return the driver's own sentence without SQLAlchemy's additions."""
    return str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0]
