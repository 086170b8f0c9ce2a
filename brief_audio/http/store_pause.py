"""Fail fast while the store is not responding, so that the site's other pages keep their threads."""

import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

from flask import current_app

from brief_audio.domain.errors import StorageError

EXTENSION = "brief_audio.store_pause"
SLOW_SECONDS = 1.0  # a store that fails faster than this holds up no thread
PAUSE_SECONDS = 8.0
Given = ParamSpec("Given")
StoreAnswer = TypeVar("StoreAnswer")


class StorePause:
    """A circuit breaker for the store: after a slow failure, only one request per `seconds` tries it again."""

    def __init__(self, seconds: float = PAUSE_SECONDS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = Lock()
        self._paused_until: float | None = None

    def ask(self, question: Callable[[], StoreAnswer]) -> StoreAnswer:
        """Return the result of `question`.

        Raise `StorageError` if it does, or immediately if another request has just waited for the store in vain.
        """
        self._enter()
        began = self._monotonic()
        try:
            answer = question()
        except StorageError:
            if self._monotonic() - began > SLOW_SECONDS:
                self._paused_until = self._monotonic() + self._seconds
            raise
        self._paused_until = None
        return answer

    def _enter(self) -> None:
        with self._lock:
            now = self._monotonic()
            if self._paused_until is not None and now < self._paused_until:
                raise StorageError("the store was not responding a moment ago; it will be tried again within seconds")
            if self._paused_until is not None:
                self._paused_until = now + self._seconds  # this request tries the store; the others keep failing fast


def asking_the_store(view: Callable[Given, StoreAnswer]) -> Callable[Given, StoreAnswer]:
    """Route a view's store access through the application's `StorePause`."""

    @wraps(view)
    def asking(*args: Given.args, **kwargs: Given.kwargs) -> StoreAnswer:
        pause: StorePause = current_app.extensions[EXTENSION]
        return pause.ask(lambda: view(*args, **kwargs))

    return asking
