"""Ctrl-C and SIGTERM as an event that long commands look at; the second one ends the process at once."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
ENDED_BY_SIGNAL = 128


@contextmanager
def stop_on_signals() -> Iterator[Event]:
    """Yield an event that the first SIGINT or SIGTERM sets; call it from the main thread.

    The second signal leaves without another word: the kernel then ends the speech children, and the database
    server's keeper sees that nobody holds it any more.
    """
    stop = Event()

    def handle(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(ENDED_BY_SIGNAL + number)
        stop.set()

    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
