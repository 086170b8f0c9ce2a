"""Schema changes: only through migrations, one runner at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from brief_audio.db.engine import Database, answering
from brief_audio.db.patience import waiting_for

SCRIPTS = Path(__file__).parents[2] / "migrations"
LOCK_KEY = 0x6272696566  # "brief": any number will do as long as every runner takes the same


def upgrade(db: Database, revision: str = "head") -> None:
    """Bring the schema to `revision`; a second runner waits for the first and then finds nothing to do."""
    with _locked(db) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(db: Database, revision: str) -> None:
    """Take the schema back to `revision`."""
    with _locked(db) as connection:
        command.downgrade(_config(connection), revision)


def current(db: Database) -> str | None:
    """Return the revision that the schema stands at; None where it is empty."""
    with answering(), db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """Return the newest revision that this version of the product brings."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


@contextmanager
def _locked(db: Database) -> Iterator[Connection]:
    """Hold the migrations' advisory lock for one transaction that gives up on a table lock after 5 s.

    Nothing else ends it: another runner, or a large table, may take its time.
    """
    with answering(), waiting_for(None), db.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        yield connection


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
