"""What several contract suites ask for."""

from collections.abc import Iterator

import pytest

from tests.contract.storage.loopback_gcs import LoopbackGcs, running_gcs


@pytest.fixture(scope="session")
def gcs_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackGcs]:
    """Google Cloud Storage on loopback, without a bucket."""
    with running_gcs(tmp_path_factory.mktemp("gcs") / "log") as server:
        yield server
