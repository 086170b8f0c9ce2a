"""Turn Ctrl-C and SIGTERM into an event for long-running commands; the second signal ends the process at once."""

import logging
import os
import select
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from brief_audio.storage.base import AudioStore

logger = logging.getLogger(__name__)

SIGNALS = (signal.SIGINT, signal.SIGTERM)
ENDED_BY_SIGNAL = 128
LAST_RESORT_SECONDS = 23.0  # platforms kill a process 25 to 30 s after SIGTERM
_OVER = 0  # not a signal number: the block has ended


@contextmanager
def stop_on_signals(last_resort_seconds: float = LAST_RESORT_SECONDS) -> Iterator[Event]:
    """Yield an event that is set by the first SIGINT or SIGTERM, or at the end of the block.

    Must be called from the main thread.

    A second signal ends the process immediately. So does a process that has not ended `last_resort_seconds` after the
    first: the kernel then ends the speech children, the database server's keeper sees that its last user is gone, and
    the leases of running jobs expire.

    A thread woken by the kernel's signal handler does both. The main thread may be blocked on a database that does not
    respond, where Python never calls its own handlers.
    """
    stop = Event()
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = {number: signal.signal(number, _go_on) for number in SIGNALS}
    woken_before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    watcher = Thread(target=_watch, args=(reader, stop, last_resort_seconds), name="signals", daemon=True)
    watcher.start()
    try:
        yield stop
    finally:
        signal.set_wakeup_fd(woken_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.write(writer, bytes([_OVER]))
        watcher.join()
        os.close(reader)
        os.close(writer)


def end_waiting_on(stop: Event, store: AudioStore) -> None:
    """Make calls that wait for a failing store give up as soon as `stop` is set."""

    def close() -> None:
        stop.wait()
        store.close()

    Thread(target=close, name="end of waiting", daemon=True).start()


def _go_on(_number: int, _frame: object) -> None:
    """Do nothing: having a handler at all makes the interpreter write to the watcher's pipe."""


def _watch(reader: int, stop: Event, last_resort_seconds: float) -> None:
    first = _next_of(reader)
    stop.set()
    if first == _OVER:
        return
    second = _next_of(reader, last_resort_seconds)
    if second == _OVER:
        return
    if second is None:
        logger.error(
            "not everything stopped within %g s: exiting; running jobs restart on lease expiry", last_resort_seconds
        )
    os._exit(ENDED_BY_SIGNAL + (second or first or 0))


def _next_of(reader: int, seconds: float | None = None) -> int | None:
    """Return the next signal of `SIGNALS`, or `_OVER` once the block has ended; None after `seconds`."""
    until = None if seconds is None else time.monotonic() + seconds
    while select.select([reader], [], [], until and max(0.0, until - time.monotonic()))[0]:
        number = os.read(reader, 1)[0]
        if number in {_OVER, *SIGNALS}:
            return number
    return None
