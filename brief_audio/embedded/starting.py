"""Start exactly one keeper: the first process that finds none starts one, and all wait for its report."""

import os
import subprocess
import sys
import time
from pathlib import Path

from brief_audio.embedded.diagnosis import failure
from brief_audio.embedded.errors import EmbeddedServerError
from brief_audio.embedded.keeper import Order
from brief_audio.embedded.layout import Layout
from brief_audio.embedded.locks import opened, try_exclusive, try_shared
from brief_audio.embedded.log import words_since
from brief_audio.embedded.programs import find_programs
from brief_audio.embedded.report import KeeperReport, KeeperState, read_report
from brief_audio.embedded.sockets import socket_folder

_LOOK_SECONDS = 0.01
_DETACH_SECONDS = 20.0
_DOOR = Path(__file__).with_name("__main__.py")


class Start:
    """Wait for a server as one holder, starting at most one keeper."""

    def __init__(self, layout: Layout, until: float, tcp_port: int | None) -> None:
        self._layout = layout
        self._until = until
        self._tcp_port = tcp_port
        self._has_started = False
        self._log_offset = layout.log.stat().st_size if layout.log.exists() else 0

    def take_hold(self, lock: int) -> None:
        """Lock the holders' open file; wait while a server without holders is still stopping."""
        while not try_shared(lock):
            self._wait("the last server is still stopping")

    def wait_until_ready(self) -> KeeperReport:
        """Return a keeper's report once its server is ready; raise `EmbeddedServerError` if it failed."""
        while True:
            with opened(self._layout.home) as turn:
                if try_exclusive(turn):
                    report = self._look()
                    if report is not None:
                        return report
            self._wait("its server is not ready yet")

    def _look(self) -> KeeperReport | None:
        """Start a keeper or read the running keeper's report. The caller must hold the lock on the folder."""
        lock = self._layout.open_own(self._layout.keeper)
        try:
            if not try_shared(lock):  # a running keeper holds it, so its report is current
                report = read_report(self._layout.keeper)
                return report if report is not None and report.state is KeeperState.READY else None
            if self._has_started:
                raise self._why_it_ended()
            if try_exclusive(lock):  # otherwise another process is only checking it: retry
                self._start_keeper(lock)
        finally:
            os.close(lock)
        return None

    def _start_keeper(self, lock: int) -> None:
        os.ftruncate(lock, 0)
        order = Order(self._layout, find_programs(), socket_folder(self._layout), lock, self._tcp_port)
        log = self._layout.open_own(self._layout.log, os.O_WRONLY | os.O_APPEND)
        try:
            door = subprocess.Popen(
                [sys.executable, "-X", "utf8", _DOOR, *order.words()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(lock,),
                start_new_session=True,
            )
        finally:
            os.close(log)
        door.wait(_DETACH_SECONDS)
        self._has_started = True

    def _why_it_ended(self) -> EmbeddedServerError:
        report = read_report(self._layout.keeper)
        if report is not None and report.state is KeeperState.FAILED:
            return EmbeddedServerError(report.message)
        return failure("PostgreSQL's keeper process ended too early", self._words(), self._layout.log)

    def _wait(self, why: str) -> None:
        if time.monotonic() > self._until:
            raise failure(f"PostgreSQL took too long: {why}. Try again", self._words(), self._layout.log)
        time.sleep(_LOOK_SECONDS)

    def _words(self) -> str:
        return words_since(self._layout.log, self._log_offset)
