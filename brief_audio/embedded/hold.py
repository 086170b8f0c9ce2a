"""How a command gets a database: hold the server, and release it when done."""

import os
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from brief_audio.embedded.diagnosis import failure
from brief_audio.embedded.errors import EmbeddedServerError
from brief_audio.embedded.layout import Layout
from brief_audio.embedded.locks import opened, try_exclusive, try_shared
from brief_audio.embedded.report import KeeperReport
from brief_audio.embedded.starting import Start

_LOOK_SECONDS = 0.01
_STOP_SECONDS = 35.0  # longer than the keeper waits for its server


class ServerHold:
    """One command's hold on the server, which keeps running until this is closed or the process ends."""

    def __init__(self, layout: Layout, lock: int, url: str) -> None:
        self.url = url
        self._layout = layout
        self._lock: int | None = lock

    def close(self) -> None:
        """Release the hold. The last holder waits, for a limited time, until the server has stopped."""
        if self._lock is None:
            return
        os.close(self._lock)
        self._lock = None
        until = time.monotonic() + _STOP_SECONDS
        while _is_ending(self._layout) and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def hold_server(data_dir: Path, *, timeout_seconds: float = 30, tcp_port: int | None = None) -> ServerHold:
    """Start the server in `data_dir/postgres`, or attach to the one running there; return a hold on it.

    The database `brief_audio` exists afterwards. `tcp_port` also opens 127.0.0.1, for roles that have a password;
    the socket needs none, because only the folder's owner can reach it. Raise `EmbeddedServerError` if no server is
    ready within `timeout_seconds`.
    """
    until = time.monotonic() + timeout_seconds
    try:
        layout = _prepare_home(data_dir)
        with ExitStack() as undo:
            lock = layout.open_own(layout.holders)
            undo.callback(os.close, lock)
            start = Start(layout, until, tcp_port)
            start.take_hold(lock)
            report = start.wait_until_ready()
            _refuse_other_port(report, tcp_port)
            undo.pop_all()
    except (OSError, subprocess.SubprocessError) as error:
        raise failure(f"PostgreSQL cannot use the data folder {data_dir}", str(error)) from error
    return ServerHold(layout, lock, report.url)


def _prepare_home(data_dir: Path) -> Layout:
    home = data_dir.resolve() / "postgres"
    home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)
    owner = home.stat().st_uid
    if os.geteuid() not in {0, owner}:
        raise EmbeddedServerError(
            f"The folder {home} belongs to user {owner}, but this is user {os.geteuid()}. Run this as its owner, or "
            "choose another data folder."
        )
    home.chmod(0o700)
    return Layout(home)


def _refuse_other_port(report: KeeperReport, tcp_port: int | None) -> None:
    if tcp_port is not None and report.tcp_port != tcp_port:
        raise EmbeddedServerError(
            f"PostgreSQL already runs for another command, without TCP port {tcp_port}. Stop that command first, or "
            "leave out the port."
        )


def _is_ending(layout: Layout) -> bool:
    """Return whether a keeper is still alive although its server has no holders."""
    with opened(layout.keeper) as keeper, opened(layout.holders) as holders:
        if try_shared(keeper):
            return False
        if not try_shared(holders):
            return True  # the keeper noticed and is stopping the server
        return try_exclusive(holders)  # False: others hold it
