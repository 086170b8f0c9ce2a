"""An installation that is gone, with all its processes, when its test has ended."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.e2e.product import Product, wait_until


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that `run` has filled with the sample show, and left."""
    made = Product(tmp_path_factory.mktemp("prepared") / "data")
    process = made.start("run")
    wait_until(lambda: "until Ctrl-C" in made.talk, "the site to be served")
    assert made.interrupt(process) == 0
    made.wait_until_gone()
    made.talk_path.unlink()
    return made.data_dir


@pytest.fixture
def with_show(product: Product, prepared: Path) -> Product:
    """An installation that `run` has been in before."""
    copytree(prepared, product.data_dir, symlinks=True)
    return product


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    made = Product(tmp_path / "data")
    yield made
    made.end()
