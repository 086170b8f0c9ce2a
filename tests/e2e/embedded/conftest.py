"""Real processes around one real server, and an eye on what is left of them."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from brief_audio.embedded import hold_server
from brief_audio.embedded.postmaster import is_dead
from brief_audio.embedded.report import KeeperReport, KeeperState, read_report

HOLD = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may have it ignored
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from brief_audio.embedded import EmbeddedServerError; from brief_audio.embedded import hold_server
try:
    with hold_server(Path(sys.argv[2])) as server:
        print(server.url, flush=True)
        sys.stdin.read()
except EmbeddedServerError as error:
    print(error)
    sys.exit(1)
"""
PATIENCE_SECONDS = 40.0
REPOSITORY = Path(__file__).parents[3]


class Holder:
    """A process that holds the server in a data folder until it is told to leave."""

    def __init__(self, data_dir: Path, launcher: tuple[str, ...], python: str, **options: object) -> None:
        self.process = subprocess.Popen(
            [*launcher, python, "-c", HOLD, REPOSITORY, data_dir],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            **options,
        )
        self._said: str | None = None

    @property
    def said(self) -> str:
        """Its first line: the address of the server, or why there is none."""
        if self._said is None:
            self._said = self.process.stdout.readline().strip()
        return self._said

    def leave(self) -> None:
        self.process.stdin.close()
        self.process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


class Scene:
    """One data folder, those who hold its server, and the processes of that server."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.home = data_dir / "postgres"
        self.holders: list[Holder] = []

    def hold(self, *, launcher: tuple[str, ...] = (), python: str = sys.executable, **options: object) -> Holder:
        self.holders.append(Holder(self.data_dir, launcher, python, **options))
        return self.holders[-1]

    @property
    def report(self) -> KeeperReport:
        """What the keeper says; an empty report while it says nothing."""
        return read_report(self.home / "keeper.lock") or KeeperReport(KeeperState.STARTING)

    def left(self) -> list[str]:
        """Every living process that works in the folder or names it."""
        return [line for line in map(self._describe, Path("/proc").glob("[0-9]*")) if line]

    def wait_until_nothing_left(self) -> None:
        wait_until(lambda: not self.left(), lambda: f"left behind: {self.left()}")

    def wait_until_nothing_left_but(self, holders: list[Holder]) -> None:
        spared = {str(holder.process.pid) for holder in holders}
        wait_until(lambda: {line.partition(":")[0] for line in self.left()} <= spared)

    def wait_for_other_server(self, old_server_pid: int) -> None:
        wait_until(lambda: self.report.server_pid not in {0, old_server_pid})

    def _describe(self, process: Path) -> str:
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            works_in = str((process / "cwd").readlink())
        except OSError:
            return ""
        is_concerned = f"{self.home}/" in f"{words}/" or works_in.startswith(str(self.home))
        return f"{process.name}: {words}" if is_concerned and not is_dead(int(process.name)) else ""


def wait_until(is_so: Callable[[], bool], explain: Callable[[], str] = lambda: "it never came true") -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < until, explain()
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        connection = psycopg2.connect(url)
    except psycopg2.OperationalError:
        return False
    connection.close()
    return True


@pytest.fixture
def scene_in() -> Iterator[Callable[[Path], Scene]]:
    """Set a scene in a data folder; whatever happens, nothing of it outlives the test."""
    scenes: list[Scene] = []

    def set_scene(data_dir: Path) -> Scene:
        scenes.append(Scene(data_dir))
        return scenes[-1]

    yield set_scene
    for scene in scenes:
        for holder in scene.holders:
            holder.kill()
            holder.process.stdin.close()
            holder.process.stdout.close()
        scene.wait_until_nothing_left()


@pytest.fixture(scope="session")
def made_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster that was made by a first start and then left; to be copied."""
    data_dir = tmp_path_factory.mktemp("made")
    hold_server(data_dir).close()
    return data_dir / "postgres" / "cluster"


@pytest.fixture
def data_dir(tmp_path_factory: pytest.TempPathFactory, made_cluster: Path) -> Path:
    """A data folder that has been used before; its path is short enough for the socket to lie in it."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "postgres").mkdir(mode=0o700)
    shutil.copytree(made_cluster, folder / "postgres" / "cluster")
    return folder


@pytest.fixture
def scene(scene_in: Callable[[Path], Scene], data_dir: Path) -> Scene:
    return scene_in(data_dir)


@pytest.fixture
def fresh_scene(scene_in: Callable[[Path], Scene], tmp_path: Path) -> Scene:
    """A scene whose data folder nobody has used before."""
    return scene_in(tmp_path)


@pytest.fixture
def is_answered() -> Callable[[str], bool]:
    return answers


@pytest.fixture
def waits_until() -> Callable[[Callable[[], bool]], None]:
    return wait_until


@pytest.fixture
def unused_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
