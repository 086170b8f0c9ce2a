"""Signals: the first is an event, the second ends the process, and so does time."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

BEGIN = """
import ctypes, logging, signal, sys, threading
from brief_audio.cli.terminal.stop_signals import stop_on_signals
logging.basicConfig(format="%(message)s")
"""
TO_THE_END = """
with stop_on_signals() as stop:
    print("ready", flush=True)
    stop.wait()
sys.exit(5)
"""
FOR_EVER = """
with stop_on_signals(float(sys.argv[1])) as stop:
    print("ready", flush=True)
    stop.wait()
    print("told", flush=True)
    threading.Event().wait()
"""
# As a driver waits for a database that says nothing: in C, to which every signal's handler returns.
DEAF = """
mutex, c = ctypes.create_string_buffer(64), ctypes.CDLL(None)
with stop_on_signals(float(sys.argv[1])):
    c.pthread_mutex_lock(mutex)
    print("ready", flush=True)
    c.pthread_mutex_lock(mutex)
"""
AFTERWARDS = """
before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
with stop_on_signals() as stop:
    pass
assert stop.is_set()
assert before == [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
assert signal.set_wakeup_fd(-1) == -1
assert len(threading.enumerate()) == 1
"""


@contextmanager
def running(code: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A Python that runs `code` and is ready."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", BEGIN + code, *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, env={"PYTHONPATH": str(root)}, stdout=pipe, stderr=pipe, text=True) as one:
        try:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
            yield one
        finally:
            one.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_ends_when_told_ends_its_own_way(number: int) -> None:
    with running(TO_THE_END) as process:
        process.send_signal(number)

        assert process.wait(60) == 5


def test_a_second_signal_ends_the_process_at_once() -> None:
    with running(FOR_EVER, "3600") as process:
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        assert process.stdout.readline() == "told\n"

        process.send_signal(signal.SIGINT)

        assert process.wait(60) == 130


@pytest.mark.parametrize("code", [FOR_EVER, DEAF])
def test_what_does_not_end_is_ended_and_told(code: str) -> None:
    with running(code, "0.1") as process:
        process.send_signal(signal.SIGTERM)

        assert process.wait(60) == 143
        assert process.stderr is not None
        assert "not everything stopped within 0.1 s" in process.stderr.read()


def test_everything_is_as_before_afterwards() -> None:
    with running(AFTERWARDS + 'print("ready", flush=True)') as process:
        assert process.wait(60) == 0
