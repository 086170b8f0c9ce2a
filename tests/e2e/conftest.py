"""An installation that is gone, with all its processes, when its test has ended; its audio on disk or in a bucket.

And the one browser of a run: a second one beside it could not be driven from the same process.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.contract.storage.faulty_line import FaultyLine, faulty_line
from tests.contract.storage.loopback_gcs import LoopbackGcs, running_gcs
from tests.e2e.product import Product, wait_until
from tests.made_once import made_once

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def gcs_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackGcs]:
    """Google Cloud Storage on loopback, without a bucket."""
    with running_gcs(tmp_path_factory.mktemp("gcs") / "log") as server:
        yield server


@pytest.fixture
def line(gcs_server: LoopbackGcs) -> Iterator[FaultyLine]:
    """A line to it that fails where it is told to."""
    with faulty_line(gcs_server.url) as opened:
        yield opened


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that `run` has filled with the sample show, and left."""
    return made_once(tmp_path_factory, "prepared", leave_after_run)


def leave_after_run(data_dir: Path) -> None:
    made = Product(data_dir)
    try:
        process = made.start("run")
        wait_until(lambda: "until Ctrl-C" in made.talk, "the site to be served")
        assert made.interrupt(process) == 0
        made.wait_until_gone()
        made.talk_path.unlink()
    finally:
        made.end()


@pytest.fixture
def with_show(product: Product, prepared: Path) -> Product:
    """An installation that `run` has been in before."""
    copytree(prepared, product.data_dir, symlinks=True)
    return product


@pytest.fixture(scope="session")
def service_settings() -> dict[str, str]:
    """What services need that `run` makes for itself."""
    return {"SECRET_KEY": "kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6GmA"}


@pytest.fixture
def installation(with_show: Product, service_settings: dict[str, str]) -> Product:
    """An installation whose services may start one by one."""
    with_show.extra |= service_settings
    return with_show


@pytest.fixture
def bucket_settings(gcs_server: LoopbackGcs, line: FaultyLine) -> dict[str, str]:
    """What sends the audio to a new bucket, at the end of a line that can fail."""
    bucket = gcs_server.new_bucket()
    return {"BRIEF_STORAGE": "gcs", "BRIEF_GCS_BUCKET": bucket, "STORAGE_EMULATOR_HOST": line.url}


@pytest.fixture
def in_bucket(installation: Product, bucket_settings: dict[str, str]) -> Product:
    """The installation with its audio in a bucket."""
    installation.extra |= bucket_settings
    return installation


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    made = Product(tmp_path / "data")
    yield made
    made.end()
