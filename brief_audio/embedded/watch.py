"""How the keeper waits: for a child to end, for time to pass, and for the last holder to leave."""

import signal
import time

from brief_audio.embedded.locks import try_exclusive

_WATCHED = (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOK_SECONDS = 0.05


class DesertedError(Exception):
    """Raised when the server has no holders left, so stop it. No process can take hold until this one ends."""


class KeeperWatch:
    """Wait with a single thread: the thread that starts the server must live as long as this process.

    Ignore Ctrl-C and requests to end: holders need the database while they shut down. Once they leave, the keeper
    ends too.
    """

    def __init__(self, holders: int) -> None:
        self._holders = holders
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)

    def pause(self, seconds: float) -> None:
        """Return after `seconds`, or sooner if a child ended; raise `DesertedError` once no holder is left."""
        until = time.monotonic() + seconds
        while True:
            if try_exclusive(self._holders):
                raise DesertedError
            left = until - time.monotonic()
            if left <= 0 or self.nap(min(left, _LOOK_SECONDS)):
                return

    @staticmethod
    def nap(seconds: float) -> bool:
        """Sleep, whether or not there are holders; return early, and True, if a child ended."""
        caught = signal.sigtimedwait(_WATCHED, seconds)
        return caught is not None and caught.si_signo == signal.SIGCHLD
