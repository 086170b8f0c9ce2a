"""The keeper: a small process that owns the server while anyone holds it. The server ends when the keeper ends.

It belongs to no command: the command that started it may exit first. It uses only the standard library.
"""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from brief_audio.embedded.cluster import ensure_cluster
from brief_audio.embedded.diagnosis import failure, is_passing
from brief_audio.embedded.errors import EmbeddedServerError
from brief_audio.embedded.identity import choose_identity
from brief_audio.embedded.layout import Layout
from brief_audio.embedded.log import shorten
from brief_audio.embedded.postmaster import Postmaster, is_ours, is_running, read_postmaster
from brief_audio.embedded.report import KeeperReport, KeeperState, write_report
from brief_audio.embedded.server import Server
from brief_audio.embedded.sockets import claim_folder, remove_folder
from brief_audio.embedded.watch import DesertedError, KeeperWatch

_READY_LOOK_SECONDS = 0.01
_LOG_LOOK_SECONDS = 60.0
_RETRY_SECONDS = 0.2
_RESTART_SECONDS = 1.0
_PASSING_SECONDS = 15.0
_STOPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


@dataclass(frozen=True, slots=True)
class Order:
    """What the first holder passes to its keeper."""

    layout: Layout
    programs: Path
    socket_folder: Path
    lock: int  # the keeper's lock file, inherited open and locked, so it always has an owner
    tcp_port: int | None

    def words(self) -> list[str]:
        """Return the order as command-line arguments."""
        return [*map(str, (self.layout.home, self.programs, self.socket_folder, self.lock, self.tcp_port or 0))]

    @classmethod
    def from_words(cls, words: list[str]) -> "Order":
        """Parse an order from command-line arguments."""
        home, programs, socket_folder, lock, tcp_port = words
        return cls(Layout(Path(home)), Path(programs), Path(socket_folder), int(lock), int(tcp_port) or None)


def main(words: list[str]) -> None:
    """Detach from the starting process, then keep the server running until it has no holders."""
    order = Order.from_words(words)
    if os.fork() != 0:
        os._exit(0)  # the starter waits for this process only, so the keeper ends up with no parent here
    os.umask(0o077)
    os.chdir("/")
    holders = order.layout.open_own(order.layout.holders)
    Keeper(order, KeeperWatch(holders)).run()


class Keeper:
    """Start the server, restart it after a crash, and stop it once it has no holders."""

    def __init__(self, order: Order, watch: KeeperWatch) -> None:
        self._order = order
        self._watch = watch
        self._server: Server | None = None

    def run(self) -> None:
        """Keep the server running; report every failure to the waiting holders."""
        try:
            self._keep()
        except DesertedError:
            pass  # the normal end
        except EmbeddedServerError as error:
            self._report(KeeperReport(KeeperState.FAILED, message=str(error)))
        except OSError as error:
            reason = failure("PostgreSQL could not be started", str(error), self._order.layout.log)
            self._report(KeeperReport(KeeperState.FAILED, message=str(reason)))
        finally:
            self._stop()

    def _keep(self) -> None:
        order = self._order
        identity = choose_identity(order.layout, order.programs)
        ensure_cluster(order.layout, order.programs, identity)
        claim_folder(order.socket_folder, order.layout)
        give_up_at = time.monotonic() + _PASSING_SECONDS
        while True:
            self._meet_other_server()
            self._server = Server(order.layout, order.programs, identity, order.socket_folder, order.tcp_port)
            was_ready = self._attend(self._server)
            self._report(KeeperReport(KeeperState.STARTING))
            if was_ready:
                self._watch.pause(_RESTART_SECONDS)
                give_up_at = time.monotonic() + _PASSING_SECONDS
            elif is_passing(self._server.words) and time.monotonic() < give_up_at:
                self._watch.pause(_RETRY_SECONDS)
            else:
                raise failure("PostgreSQL did not start", self._server.words, order.layout.log)

    def _meet_other_server(self) -> None:
        """Wait for the server of a killed keeper to end; share one that was started by other means."""
        cluster = self._order.layout.cluster
        while (other := read_postmaster(cluster)) and is_running(other, cluster):
            if is_ours(other):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(other.pid, signal.SIGINT)
            elif other.is_ready:
                self._report_ready(other)
            self._watch.pause(_RETRY_SECONDS)
        self._report(KeeperReport(KeeperState.STARTING))

    def _attend(self, server: Server) -> bool:
        """Stay until the server ends by itself; return whether it was ready before."""
        while server.exit_status is None and not server.is_ready:
            self._watch.pause(_READY_LOOK_SECONDS)
        postmaster = read_postmaster(self._order.layout.cluster)
        if server.exit_status is not None or postmaster is None:
            return False
        self._report_ready(postmaster)
        while server.exit_status is None:
            self._watch.pause(_LOG_LOOK_SECONDS)
            shorten(self._order.layout.log)
        return True

    def _stop(self) -> None:
        if self._server is not None:
            for number, patience_seconds in _STOPS:
                self._end(self._server, number, patience_seconds)
        remove_folder(self._order.socket_folder)

    def _end(self, server: Server, number: signal.Signals, patience_seconds: float) -> None:
        until = time.monotonic() + patience_seconds
        if server.exit_status is None:
            server.send(number)
        while server.exit_status is None and time.monotonic() < until:
            self._watch.nap(patience_seconds)

    def _report_ready(self, server: Postmaster) -> None:
        self._report(
            KeeperReport(
                KeeperState.READY,
                keeper_pid=os.getpid(),
                server_pid=server.pid,
                socket_folder=server.socket_folder,
                port=server.port,
                tcp_port=server.tcp_port,
            )
        )

    def _report(self, report: KeeperReport) -> None:
        write_report(self._order.lock, report)
