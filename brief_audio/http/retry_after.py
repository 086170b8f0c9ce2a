"""Compute when a rate-limited client may try again."""

import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from limits.errors import StorageError as CountingError
from werkzeug.exceptions import TooManyRequests

from brief_audio.http import rate_limits

LONGEST_SECONDS = 3600
USUAL_SECONDS = 60


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """When a request may be repeated, and which limit it exceeded (empty if the error's message says so itself)."""

    at: datetime
    seconds: int
    asked: str = ""
    count: int = 0
    allowed: int = 0


def retry_after(error: TooManyRequests) -> RetryAfter:
    """Return when the request that caused `error` may be repeated."""
    over = rate_limits.breach()
    if over is None:
        given = error.retry_after
        return _in(given if isinstance(given, int) else USUAL_SECONDS)
    try:
        seconds = over.window.reset_time - time.time()
        count = over.limiter.storage.get(over.key)
    except CountingError:  # the reset time is unknown, but a whole window is always enough
        seconds, count = float(over.limit.get_expiry()), 0
    asked = rate_limits.present_budget().asked
    return _in(seconds, asked, max(count, over.limit.amount + 1), over.limit.amount)


def _in(seconds: float, asked: str = "", count: int = 0, allowed: int = 0) -> RetryAfter:
    whole = min(max(1, math.ceil(seconds)), LONGEST_SECONDS)
    at = datetime.fromtimestamp(math.ceil(time.time() + whole), UTC)
    return RetryAfter(at, whole, asked, count, allowed)
