"""A bucket behind a line that fails where it is told to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from brief_audio.storage.gcs import GcsStore
from tests.contract.storage.faulty_line import FaultyLine, faulty_line
from tests.contract.storage.loopback_gcs import LoopbackGcs, store_at


@pytest.fixture
def line(gcs_server: LoopbackGcs) -> Iterator[FaultyLine]:
    with faulty_line(gcs_server.url) as opened:
        yield opened


@pytest.fixture
def bucket(gcs_server: LoopbackGcs) -> str:
    """The name of an empty bucket."""
    return gcs_server.new_bucket()


@pytest.fixture
def store(line: FaultyLine, bucket: str) -> Iterator[GcsStore]:
    """The bucket over the line that fails."""
    made = store_at(line.url, bucket)
    yield made
    made.close()


@pytest.fixture
def witness(gcs_server: LoopbackGcs, bucket: str) -> Iterator[GcsStore]:
    """The same bucket, seen over a line that does not fail."""
    made = store_at(gcs_server.url, bucket)
    yield made
    made.close()


@pytest.fixture
def source(tmp_path: Path) -> Callable[[bytes], Path]:
    """A file to be stored."""

    def write(content: bytes) -> Path:
        path = tmp_path / "source"
        path.write_bytes(content)
        return path

    return write
