"""Schema changes: linear, equal to the models, up and down, one runner at a time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from brief_audio.db import migrating
from brief_audio.db.engine import Database, psycopg2_url
from brief_audio.db.models import Base


@pytest.fixture
def empty(server_url: str) -> Iterator[Database]:
    """A database of its own, without any table."""
    admin = create_engine(psycopg2_url(server_url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE migration_test"))
    url = psycopg2_url(server_url).set(database="migration_test")
    db = Database(url.render_as_string(hide_password=False).replace("+psycopg2", ""), name="migrations", pool_size=4)
    yield db
    db.close()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE migration_test"))
    admin.dispose()


def tables(db: Database) -> set[str]:
    with db.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_the_migrations_are_one_line() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrating.SCRIPTS))
    scripts = ScriptDirectory.from_config(config)

    revisions = [script.revision for script in scripts.walk_revisions()]

    assert scripts.get_heads() == [migrating.head()]  # which reads the names of the files alone
    assert revisions == sorted(revisions, reverse=True)
    assert revisions == [f"{number:04d}" for number in range(len(revisions), 0, -1)]


def test_the_migrations_make_exactly_the_models(empty: Database) -> None:
    migrating.upgrade(empty)

    with empty.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_every_migration_goes_down_and_up_again(empty: Database) -> None:
    migrating.upgrade(empty)
    whole = tables(empty)

    while migrating.current(empty) is not None:
        migrating.downgrade(empty, "-1")
    nothing = tables(empty)
    migrating.upgrade(empty)

    assert nothing == set()
    assert tables(empty) == whole


def test_two_runners_at_once_migrate_once(empty: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: migrating.upgrade(empty), range(2)))

    assert migrating.current(empty) == migrating.head()
