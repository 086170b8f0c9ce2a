"""Change the schema: only through migrations, one process at a time.

Every command reads the schema's revision and few change it, so only the functions that do import Alembic.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from brief_audio.db.connection.engine import Database, answering
from brief_audio.db.connection.wait_limits import waiting_for

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parents[3] / "migrations"
UNDEFINED_TABLE = "42P01"  # PostgreSQL error code, appendix A of its manual
LOCK_KEY = 0x6272696566  # "brief"; any number works if every process uses the same


def upgrade(db: Database, revision: str = "head") -> None:
    """Upgrade the schema to `revision`; a second process waits for the first and then has nothing to do."""
    from alembic import command  # noqa: PLC0415  see above

    with _locked(db) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(db: Database, revision: str) -> None:
    """Downgrade the schema to `revision`."""
    from alembic import command  # noqa: PLC0415  see above

    with _locked(db) as connection:
        command.downgrade(_config(connection), revision)


def current(db: Database) -> str | None:
    """Return the schema's current revision, None if it is empty."""
    try:
        with answering(), db.engine.connect() as connection:
            found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
            return found
    except ProgrammingError as error:
        if getattr(error.orig, "pgcode", None) == UNDEFINED_TABLE:
            return None
        raise


def head() -> str | None:
    """Return the newest revision in this version of the product: the highest number of a migration file."""
    return max((path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*_*.py")), default=None)


@contextmanager
def _locked(db: Database) -> Iterator[Connection]:
    """Hold the migrations' advisory lock for one transaction, which waits at most 5 s for a table lock.

    There is no other time limit: another process or a large table may need longer.
    """
    with answering(), waiting_for(None), db.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        yield connection


def _config(connection: Connection) -> "Config":
    from alembic.config import Config  # noqa: PLC0415  see above

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
