"""Speech children and signals: a Ctrl-C is the parent's to handle, and no child outlives its parent."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import is_running

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent


@pytest.fixture
def hold(tmp_path, repository):
    """Start a process of its own process group that holds a pool."""
    started = []

    def start(asked):
        command = [sys.executable, str(FOLDER / "pool_holder.py"), str(tmp_path / "go"), asked]
        paths = os.pathsep.join((str(FOLDER), str(repository)))
        holder = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": paths},
        )
        started.append(holder)
        return holder

    yield start
    for holder in started:
        holder.kill()
        holder.communicate()


def children_of(holder):
    word, *pids = holder.stdout.readline().split()
    assert word == "children"
    assert len(pids) == 2
    return [int(pid) for pid in pids]


def test_an_interrupt_of_the_whole_group_lets_the_children_finish(hold, tmp_path):
    holder = hold("wait")
    children = children_of(holder)

    os.killpg(holder.pid, signal.SIGINT)
    for number in range(2):
        (tmp_path / f"go{number}").touch()
    told, complaints = holder.communicate(timeout=60)

    assert told.splitlines() == ["spoken 3.0", "spoken 3.0", "interrupts 1", "left"]
    assert complaints == ""
    assert holder.returncode == 0
    assert not any(is_running(child) for child in children)


def test_an_interrupt_while_children_start_ends_none_of_them(hold):
    holder = hold("while starting")

    told, complaints = holder.communicate(timeout=60)

    assert "interrupts 1" in told
    assert told.count("spoken") == 2
    assert complaints == ""


def test_children_end_with_a_parent_that_is_killed(hold, eventually):
    holder = hold("wait")
    children = children_of(holder)

    holder.kill()

    eventually(lambda: not any(is_running(child) for child in children))


def test_children_end_with_a_parent_that_forgot_to_close(hold, tmp_path, eventually):
    holder = hold("never close")
    told, _ = holder.communicate(timeout=60)

    children = [int(pid) for line in told.splitlines() if line.startswith("left") for pid in line.split()[1:]]

    assert holder.returncode == 0
    assert len(children) == 2
    eventually(lambda: not any(is_running(child) for child in children))


def test_what_a_child_prints_does_not_reach_the_parents_output(hold):
    holder = hold("print")

    told, complaints = holder.communicate(timeout=60)

    assert "go0" not in told
    assert "go0" in complaints
