"""Retry what may succeed, with growing, random waits and never beyond a deadline."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event
from typing import TypeVar

from brief_audio.domain.errors import StorageError

Result = TypeVar("Result")
SLOWEST_BYTES_PER_SECOND = 128 * 1024  # a slower connection can't deliver an edition in time


@dataclass(frozen=True, slots=True)
class RetryLimits:
    """How long a call may take with all its tries, and how long one request may go without an answer."""

    deadline_seconds: float
    request_seconds: float
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 8.0

    def for_bytes(self, size_bytes: int) -> "RetryLimits":
        """Return the limits for transferring this many bytes over a slow connection."""
        return replace(self, deadline_seconds=self.deadline_seconds + size_bytes / SLOWEST_BYTES_PER_SECOND)

    def wait_after(self, number: int) -> float:
        """Return the seconds to wait after try `number`: doubling each time, and up to half of it random."""
        doubled = min(self.first_wait_seconds * 2.0 ** (number - 1), self.longest_wait_seconds)
        return doubled * random.SystemRandom().uniform(0.5, 1.0)


@dataclass(frozen=True, slots=True)
class StorageTry:
    """One try: its number, from 1, and how long each of its requests may go without an answer."""

    number: int
    seconds: float

    @property
    def is_again(self) -> bool:
        """Return whether this is a retry: an earlier try may have succeeded although its answer was lost."""
        return self.number > 1


def retry(call: Callable[[StorageTry], Result], patience: RetryLimits, closing: Event) -> Result:
    """Return the result of `call`, retrying after every `StorageError` that is not permanent.

    Raise a permanent error immediately, and the last other error at the deadline or when `closing` is set.
    """
    until = time.monotonic() + patience.deadline_seconds
    left = patience.deadline_seconds
    number = 1
    while True:
        try:
            return call(StorageTry(number, min(patience.request_seconds, left)))
        except StorageError as error:
            if error.permanent:
                raise
            left = _left_after(patience.wait_after(number), until, closing)
            if left <= 0:
                tries = f"{number} {'try' if number == 1 else 'tries'}"
                raise type(error)(f"{error} (given up after {tries})") from error
        number += 1


def _left_after(wait: float, until: float, closing: Event) -> float:
    """Wait, unless that would exceed the deadline; return the seconds left then, 0 or less if there are none."""
    if time.monotonic() + wait >= until or closing.wait(wait):
        return 0.0
    return until - time.monotonic()  # a busy machine may wake us late
