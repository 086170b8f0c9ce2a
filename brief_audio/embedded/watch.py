"""How the keeper waits: for a child that ends, for time, and for the moment when nobody holds the server any more."""

import signal
import time

from brief_audio.embedded.locks import try_exclusive

_WATCHED = (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOK_SECONDS = 0.05


class DesertedError(Exception):
    """Nobody holds the server any more: stop it. From now on nobody can take hold until this process ends."""


class Watch:
    """Waits with one thread only: the server must be started from one that lives as long as this process does.

    Ctrl-C and requests to end are swallowed: holders need the database while they end, and their leaving ends it.
    """

    def __init__(self, holders: int) -> None:
        self._holders = holders
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)

    def pause(self, seconds: float) -> None:
        """Return after `seconds`, or sooner when a child ended; raise `DesertedError` once nobody holds."""
        until = time.monotonic() + seconds
        while True:
            if try_exclusive(self._holders):
                raise DesertedError
            left = until - time.monotonic()
            if left <= 0 or self.nap(min(left, _LOOK_SECONDS)):
                return

    @staticmethod
    def nap(seconds: float) -> bool:
        """Sleep whoever holds; return early, and True, when a child ended."""
        caught = signal.sigtimedwait(_WATCHED, seconds)
        return caught is not None and caught.si_signo == signal.SIGCHLD
