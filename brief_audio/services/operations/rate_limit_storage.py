"""Count requests for `limits`: in the database for all processes, or in this process alone.

Windows are fixed: a window begins with the first request and ends a minute later. So the time to retry is one exact
instant, and a burst gets exactly the limit, however many processes it reaches.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from limits.storage.base import Storage

from brief_audio.db.connection.engine import Database
from brief_audio.db.operations import rate_windows
from brief_audio.domain.errors import BriefAudioError

SHARED = "brief-audio-database"
OWN = "brief-audio-process"
SWEEP_EVERY_SECONDS = 60.0
SWEPT_AT_ONCE = 1000
MOST_WINDOWS = 50_000  # per process: bounds its memory to about 10 MB, however many addresses send requests


class DatabaseWindows(Storage):
    """Count in the database, so that all web processes share one count."""

    STORAGE_SCHEME = [SHARED]  # noqa: RUF012  (as `limits` declares it)

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,
        *,
        database: Database,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(uri, wrap_exceptions)
        self._db = database
        self._monotonic = monotonic
        self._sweep_at = monotonic() + SWEEP_EVERY_SECONDS

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """The errors that mean that the database does not answer."""
        return BriefAudioError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count requests, and once a minute delete some expired windows."""
        count = rate_windows.hit(self._db, key, seconds=expiry, amount=amount)
        if self._monotonic() >= self._sweep_at:
            self._sweep_at = self._monotonic() + SWEEP_EVERY_SECONDS
            rate_windows.remove_expired(self._db, SWEPT_AT_ONCE)
        return count

    def get(self, key: str) -> int:
        """Return the count."""
        return rate_windows.live(self._db, key)[0]

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, on this machine's clock; the time left is computed on the database's clock."""
        return time.time() + rate_windows.live(self._db, key)[1]

    def check(self) -> bool:
        """Return whether the database answers."""
        try:
            rate_windows.live(self._db, "")
        except BriefAudioError:
            return False
        return True

    def reset(self) -> int | None:
        """Delete every window and return how many there were."""
        return rate_windows.remove_all(self._db)

    def clear(self, key: str) -> None:
        """Delete one window."""
        rate_windows.remove(self._db, key)


@dataclass(slots=True)
class _Window:
    count: int
    ends_at: float


class ProcessWindows(Storage):
    """Count in this process, at no cost to the database.

    (The in-memory storage of `limits` starts a thread that scans all of its keys again and again.)
    """

    STORAGE_SCHEME = [OWN]  # noqa: RUF012  (as `limits` declares it)

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,
        *,
        most: int = MOST_WINDOWS,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(uri, wrap_exceptions)
        self._windows: dict[str, _Window] = {}
        self._lock = Lock()
        self._most = most
        self._now = now

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """No errors: nothing can fail here."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count requests."""
        with self._lock:
            now = self._now()
            window = self._windows.get(key)
            if window is None or not now < window.ends_at <= now + expiry:  # the clock may have been set back
                self._windows.pop(key, None)
                self._make_room(now)
                window = self._windows[key] = _Window(0, now + expiry)
            window.count += amount
            return window.count

    def get(self, key: str) -> int:
        """Return the count."""
        window = self._windows.get(key)
        return window.count if window is not None and self._now() < window.ends_at else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends."""
        window = self._windows.get(key)
        return max(self._now(), window.ends_at) if window is not None else self._now()

    def check(self) -> bool:
        """Return True: this process always answers."""
        return True

    def reset(self) -> int | None:
        """Delete every window and return how many there were."""
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
            return count

    def clear(self, key: str) -> None:
        """Delete one window."""
        with self._lock:
            self._windows.pop(key, None)

    def _make_room(self, now: float) -> None:
        """When full, drop the expired windows and then the oldest half; dictionaries keep insertion order."""
        if len(self._windows) < self._most:
            return
        live = [(key, window) for key, window in self._windows.items() if window.ends_at > now]
        self._windows = dict(live[-(self._most // 2) :])
