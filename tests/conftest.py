"""What every test may ask for: a real PostgreSQL, migrated and empty, and rows to begin with."""

import gc
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from pytest_socket import socket_allow_hosts
from sqlalchemy import delete, update

from brief_audio.db.connection import migrate
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Base, Brief
from brief_audio.embedded import hold_server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="keep a picture of every page in var/screenshots")


def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what is there by now: each of its walks would cost a tenth of a second."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let every report travel between processes, also where a test has printed what UTF-8 cannot hold."""
    report = yield
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an embedded server that ends with the tests."""
    with hold_server(tmp_path_factory.mktemp("data")) as server:
        yield server.url


@pytest.fixture(scope="session")
def migrated(server_url: str) -> Iterator[Database]:
    """A database that stands at the newest migration; its rows are whatever the last test left."""
    db = Database(server_url, name="tests", pool_size=10)
    migrate.upgrade(db)
    yield db
    db.close()


@pytest.fixture
def database(migrated: Database) -> Database:
    """A migrated database without a row."""
    with migrated.transaction() as session:
        session.execute(update(Brief).values(current_rendition_id=None))
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
    return migrated


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that holds manage.py."""
    return Path(__file__).parents[1]
