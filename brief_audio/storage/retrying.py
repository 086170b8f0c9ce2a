"""Trying again what may pass: further and further apart, with jitter, and never beyond a deadline."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event
from typing import TypeVar

from brief_audio.domain.errors import StorageError

Result = TypeVar("Result")
SLOWEST_BYTES_PER_SECOND = 128 * 1024  # a line slower than this cannot carry an edition in time


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may take with all its tries, and one request of it without an answer."""

    deadline_seconds: float
    request_seconds: float
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 8.0

    def for_bytes(self, size_bytes: int) -> "Patience":
        """Return the patience for carrying so many bytes over a slow line."""
        return replace(self, deadline_seconds=self.deadline_seconds + size_bytes / SLOWEST_BYTES_PER_SECOND)

    def wait_after(self, number: int) -> float:
        """Return the seconds to wait after the `number`-th try: doubling, half of it by chance."""
        doubled = min(self.first_wait_seconds * 2.0 ** (number - 1), self.longest_wait_seconds)
        return doubled * random.SystemRandom().uniform(0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Try:
    """One try: its number, from 1, and how long each of its requests may go without an answer."""

    number: int
    seconds: float

    @property
    def is_again(self) -> bool:
        """Return whether an earlier try may have done its work all the same."""
        return self.number > 1


def persist(call: Callable[[Try], Result], patience: Patience, closing: Event) -> Result:
    """Return what `call` returns, trying again after every `StorageError` that is not permanent.

    Raise the permanent error at once, and the last of the others when the deadline or `closing` comes first.
    """
    until = time.monotonic() + patience.deadline_seconds
    left = patience.deadline_seconds
    number = 1
    while True:
        try:
            return call(Try(number, min(patience.request_seconds, left)))
        except StorageError as error:
            if error.permanent:
                raise
            left = _left_after(patience.wait_after(number), until, closing)
            if left <= 0:
                tries = f"{number} {'try' if number == 1 else 'tries'}"
                raise type(error)(f"{error} (given up after {tries})") from error
        number += 1


def _left_after(wait: float, until: float, closing: Event) -> float:
    """Wait, unless that would outlast the deadline; return the seconds left then, 0 or less where none may be used."""
    if time.monotonic() + wait >= until or closing.wait(wait):
        return 0.0
    return until - time.monotonic()  # a busy machine may wake us late
