"""Each noun once as a person starts it: other tests run commands in forks of a process that has imported them all."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from tests.e2e.product import Product

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fresh(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """An installation that `run` has been in before, for commands that change nothing."""
    made = Product(tmp_path_factory.mktemp("nouns") / "data")
    copytree(prepared, made.data_dir, symlinks=True)
    yield made
    made.end()


@pytest.mark.parametrize(
    "words",
    [
        ("db", "upgrade"),
        ("shows", "list"),
        ("schedules", "list"),
        ("briefs", "list"),
        ("generate", "morning-brief/2020-01-01"),
        ("jobs", "list"),
        ("workers", "list"),
        ("users", "list"),
        ("events", "tail"),
        ("voices", "list"),
        ("text", "script", "It rains."),
        ("doctor",),
    ],
    ids=lambda words: words[0],
)
def test_a_noun_finds_all_that_it_needs(fresh: Product, words: tuple[str, ...]) -> None:
    done = fresh.cold_command(*words)

    assert b"Traceback" not in done.stderr
    assert done.returncode == (3 if words[0] == "generate" else 0), done.stderr.decode()
