"""The database: one engine, one way into a transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker

from brief_audio.domain.errors import BriefAudioError, TryAgainError

KEEPALIVE = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
# PgBouncer refuses start-up options, so the limits are set inside each transaction.
LIMITS = text(
    "SELECT set_config('statement_timeout', :statement, true), set_config('lock_timeout', :lock, true),"
    " set_config('idle_in_transaction_session_timeout', '15s', true)"
)

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
    """Connections to one PostgreSQL; `name` is shown in `pg_stat_activity`."""

    def __init__(self, url: str, *, name: str, pool_size: int = 5) -> None:
        self.engine: Engine = create_engine(
            psycopg2_url(url),
            pool_pre_ping=True,
            pool_size=pool_size,
            max_overflow=5,
            pool_timeout=10,
            connect_args=KEEPALIVE | {"application_name": f"brief-audio {name}"[:63]},
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self, *, statement_timeout: str = "30s", lock_timeout: str = "5s") -> Iterator[Session]:
        """Yield a session; commit when the block ends, roll back when it raises.

        Raise `TryAgainError` where the database cannot be reached, cannot be written to, or a lock is held too long.
        """
        with answering(), self._sessions.begin() as session:
            session.execute(LIMITS, {"statement": statement_timeout, "lock": lock_timeout})
            yield session

    def ping(self) -> None:
        """Raise `TryAgainError` unless the database answers."""
        with self.transaction() as session:
            session.execute(text("SELECT 1"))

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
    except DBAPIError as error:
        if error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError, InternalError)):
            raise TryAgainError(f"the database did not answer: {first_line(error)}") from error
        if getattr(error.orig, "pgcode", None) == INSUFFICIENT_PRIVILEGE:
            raise BriefAudioError(f"the database refused: {first_line(error)}", permanent=True) from error
        raise


def first_line(error: DBAPIError) -> str:
    """Return the driver's own sentence without SQLAlchemy's additions."""
    return str(error.orig).strip().partition("\n")[0]
