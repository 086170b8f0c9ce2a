"""Every line of the Procfile starts, does its part, and ends when a platform tells it to."""

import json
import os
import shlex
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from brief_audio.embedded import hold_server
from tests.e2e.product import REPOSITORY, Product, wait_until

pytestmark = pytest.mark.slow

LINES = dict(line.split(": ", 1) for line in (REPOSITORY / "Procfile").read_text(encoding="utf-8").splitlines())
STOP_SECONDS = 25  # what platforms grant between SIGTERM and SIGKILL


@pytest.fixture(scope="module")
def own_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of the operator's own, brought up to date by the line `release`."""
    with hold_server(tmp_path_factory.mktemp("server")) as server:
        done = subprocess.run(
            words_of("release"),
            cwd=REPOSITORY,
            env={"PATH": os.environ["PATH"], "DATABASE_URL": server.url},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        yield server.url


@pytest.fixture
def deployed(product: Product, own_database: str) -> Product:
    product.extra = {"DATABASE_URL": own_database, "SECRET_KEY": "kJ8s0dP2lq5Wn7vXc3Zr9TbY1uFh6GmA"}
    return product


def words_of(name: str) -> list[str]:
    """The words of a line, with this Python for the platform's."""
    words = shlex.split(LINES[name])
    assert words[:2] == ["python", "manage.py"]
    return [sys.executable, *words[1:]]


def started(deployed: Product, name: str) -> subprocess.Popen[bytes]:
    return deployed.start(*words_of(name)[2:])


def stop(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(STOP_SECONDS)


def test_there_are_three_lines() -> None:
    assert list(LINES) == ["release", "web", "scheduler"]


def test_web_becomes_ready_and_ends_when_told(deployed: Product) -> None:
    process = started(deployed, "web")
    wait_until(lambda: is_ready(deployed), "the site to be ready")

    assert stop(process) == 0
    deployed.wait_until_gone()


def is_ready(deployed: Product) -> bool:
    try:
        with urllib.request.urlopen(f"{deployed.url}/ready", timeout=30) as answer:
            ready: bool = json.load(answer) == {"status": "ready"}
            return ready
    except OSError:
        return False


def test_scheduler_looks_for_jobs_and_ends_when_told(deployed: Product) -> None:
    process = started(deployed, "scheduler")
    wait_until(lambda: "Waiting for jobs" in deployed.talk, "the scheduler to start")

    assert stop(process) == 0
    deployed.wait_until_gone()


def test_a_server_begins_with_the_show_that_its_operator_makes(deployed: Product, tmp_path: Path) -> None:
    (tmp_path / "brief.md").write_text("---\nshow: evening\ndate: 2026-03-20\n---\n# Friday\n## Rates\nThey stay.\n")
    refused = deployed.command("briefs", "import", str(tmp_path / "brief.md"))
    assert refused.returncode == 3
    assert "`manage.py shows add` makes one" in refused.stderr.decode()

    made = deployed.command("shows", "add", "evening", "--title", "Evening", "--zone", "Europe/London")
    again = deployed.command("shows", "add", "evening", "--title", "Evening", "--zone", "Europe/London")
    done = deployed.command("briefs", "import", str(tmp_path / "brief.md"))

    assert (made.returncode, again.returncode, done.returncode) == (0, 4, 0), done.stderr.decode()
    assert [show["slug"] for show in json.loads(deployed.command("shows", "list", "--json").stdout)] == ["evening"]


def test_release_can_run_again(deployed: Product) -> None:
    done = deployed.command(*words_of("release")[2:])

    assert done.returncode == 0, done.stderr.decode()
