"""Where requests are counted, behind the interface of `limits`: in the database for all, or in this process alone.

Counting in fixed windows: a window begins with the first request and ends a minute later, so that "come back at" is
one exact instant, and a burst is allowed exactly what the limit says, however many processes it reaches.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from limits.storage.base import Storage

from brief_audio.db import rate_windows
from brief_audio.db.engine import Database
from brief_audio.domain.errors import BriefAudioError

SHARED = "brief-audio-database"
OWN = "brief-audio-process"
SWEEP_EVERY_SECONDS = 60.0
SWEPT_AT_ONCE = 1000
MOST_WINDOWS = 50_000  # of one process: about 10 MB, whoever sends from however many addresses


class DatabaseWindows(Storage):
    """Counts in the one database, so that several web processes count as one."""

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
        """What is raised where the database does not answer."""
        return BriefAudioError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count; every minute take along some windows that are over."""
        count = rate_windows.hit(self._db, key, seconds=expiry, amount=amount)
        if self._monotonic() >= self._sweep_at:
            self._sweep_at = self._monotonic() + SWEEP_EVERY_SECONDS
            rate_windows.remove_expired(self._db, SWEPT_AT_ONCE)
        return count

    def get(self, key: str) -> int:
        """Return how many were counted."""
        return rate_windows.live(self._db, key)[0]

    def get_expiry(self, key: str) -> float:
        """Return when the window ends, by the clock of this machine; only the database's says how long that is."""
        return time.time() + rate_windows.live(self._db, key)[1]

    def check(self) -> bool:
        """Say whether the database answers."""
        try:
            rate_windows.live(self._db, "")
        except BriefAudioError:
            return False
        return True

    def reset(self) -> int | None:
        """Forget every window."""
        return rate_windows.remove_all(self._db)

    def clear(self, key: str) -> None:
        """Forget one window."""
        rate_windows.remove(self._db, key)


@dataclass(slots=True)
class _Window:
    count: int
    ends_at: float


class ProcessWindows(Storage):
    """Counts in this process, which costs the database nothing.

    (The memory that `limits` brings along starts a thread that looks through all of its keys, again and again.)
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
        """Nothing can fail here."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count."""
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
        """Return how many were counted."""
        window = self._windows.get(key)
        return window.count if window is not None and self._now() < window.ends_at else 0

    def get_expiry(self, key: str) -> float:
        """Return when the window ends."""
        window = self._windows.get(key)
        return max(self._now(), window.ends_at) if window is not None else self._now()

    def check(self) -> bool:
        """Say that it answers."""
        return True

    def reset(self) -> int | None:
        """Forget every window."""
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
            return count

    def clear(self, key: str) -> None:
        """Forget one window."""
        with self._lock:
            self._windows.pop(key, None)

    def _make_room(self, now: float) -> None:
        """Where it is full, drop what is over, and then the oldest half: a dictionary keeps the order of insertion."""
        if len(self._windows) < self._most:
            return
        live = [(key, window) for key, window in self._windows.items() if window.ends_at > now]
        self._windows = dict(live[-(self._most // 2) :])
