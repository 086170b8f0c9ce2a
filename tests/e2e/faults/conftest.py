"""A queued job that takes a while, and a look into the database of the installation under attack."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from sqlalchemy import text

from brief_audio.db.connection.engine import Database
from brief_audio.domain.errors import TryAgainError
from brief_audio.embedded import hold_server
from brief_audio.storage.gcs import GcsStore
from brief_audio.storage.local import LocalStore
from tests.contract.storage.loopback_gcs import LoopbackGcs, store_at
from tests.e2e.faults.friday import FIRST, Friday
from tests.e2e.faults.newsroom import Newsroom
from tests.e2e.faults.tcp_line import TcpLine, tcp_line
from tests.e2e.product import Product, wait_until
from tests.made_once import made_once

ITEMS = 24
OVER = text("UPDATE audio_generation_job SET lease_until = now() - interval '1 s' WHERE status = 'processing'")
BODY = "The council met on Tuesday night and agreed on the budget. Nobody was surprised by that. " * 2


@pytest.fixture
def database_of(installation: Product) -> Iterator[Database]:
    """The installation's own database, held so that it outlives the processes that are killed."""
    with hold_server(installation.data_dir) as server:
        db = Database(server.url, name="fault tests")
        yield db
        db.close()


@pytest.fixture
def database_line(database_of: Database) -> Iterator[TcpLine]:
    """A TCP line to the installation's database that can be cut and silenced."""
    with tcp_line(socket_of(database_of)) as opened:
        yield opened


def socket_of(database: Database) -> Path:
    """Where the embedded server listens."""
    address = database.engine.url.query
    return Path(str(address["host"])) / f".s.PGSQL.{address['port']}"


@pytest.fixture
def job(installation: Product, database_of: Database, tmp_path: Path) -> int:
    """The number of a queued job of many items."""
    items = [{"headline": f"Story number {number}", "body": BODY} for number in range(ITEMS)]
    brief = {"show": "morning-brief", "date": "2026-03-20", "title": "Friday", "items": items}
    (tmp_path / "brief.json").write_text(json.dumps(brief), encoding="utf-8")
    assert installation.command("briefs", "import", str(tmp_path / "brief.json")).returncode == 0
    return int(installation.command("generate", "morning-brief/2026-03-20").stdout)


@pytest.fixture
def newsroom(installation: Product, database_of: Database) -> Newsroom:
    """The sample show with its first edition, its audio on disk."""
    return Newsroom(installation, database_of, LocalStore(installation.data_dir / "store"))


@pytest.fixture
def outcome(installation: Product, database_of: Database) -> Friday:
    """The brief of that job, to be looked at from outside."""
    return Friday(installation, database_of, LocalStore(installation.data_dir / "store"))


@pytest.fixture
def let_leases_end(database_of: Database) -> Callable[[], None]:
    """Make the minute pass that a dead worker's lease lasts."""

    def end() -> None:
        """Try again while a worker that was stopped in a transaction holds the row: the server ends that after 15 s."""
        wait_until(is_over, "the row to be free")

    def is_over() -> bool:
        try:
            with database_of.transaction() as session:
                session.execute(OVER)
        except TryAgainError:
            return False
        return True

    return end


@pytest.fixture(scope="session")
def friday_published(
    prepared: Path, service_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A data folder in which Friday's brief has its first rendition."""

    def publish(data_dir: Path) -> None:
        product = Product(data_dir)
        product.extra |= service_settings
        copytree(prepared, data_dir, symlinks=True)
        with hold_server(data_dir) as server:
            database = Database(server.url, name="fault tests")
            friday = Friday(product, database, LocalStore(data_dir / "store"))
            friday.write(*FIRST)
            friday.ask()
            friday.turn()
            friday.published(1)
            database.close()
        product.wait_until_gone()

    return made_once(tmp_path_factory, "friday", publish)


@pytest.fixture
def with_friday(product: Product, friday_published: Path, service_settings: dict[str, str]) -> Product:
    """An installation in which Friday's brief has its first rendition; its services may start."""
    copytree(friday_published, product.data_dir, symlinks=True)
    product.extra |= service_settings
    return product


@pytest.fixture
def friday(with_friday: Product) -> Iterator[Friday]:
    """Friday's brief with its audio on disk."""
    with hold_server(with_friday.data_dir) as server:
        database = Database(server.url, name="fault tests")
        yield Friday(with_friday, database, LocalStore(with_friday.data_dir / "store"))
        database.close()


@pytest.fixture
def friday_in_bucket(
    with_friday: Product, bucket_settings: dict[str, str], gcs_server: LoopbackGcs
) -> Iterator[Friday]:
    """Friday's brief with its audio in a bucket, which the tests see over a line that does not fail."""
    bucket = store_at(gcs_server.url, bucket_settings["BRIEF_GCS_BUCKET"])
    move_to(bucket, with_friday.data_dir / "store")
    with_friday.extra |= bucket_settings
    with hold_server(with_friday.data_dir) as server:
        database = Database(server.url, name="fault tests")
        yield Friday(with_friday, database, bucket)
        database.close()
    bucket.close()


def move_to(bucket: GcsStore, folder: Path) -> None:
    for stored in LocalStore(folder).list():
        bucket.put(stored.name, folder / stored.name, "application/octet-stream")
    rmtree(folder)
