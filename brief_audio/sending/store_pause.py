"""Keeps threads free for the rest of the site while the store does not answer: who asks then is told so at once."""

import time
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

from flask import current_app

from brief_audio.domain.errors import StorageError

EXTENSION = "brief_audio.store_pause"
SLOW_SECONDS = 1.0  # a store that fails quicker than that holds nobody up
PAUSE_SECONDS = 8.0
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class StorePause:
    """Whether the store may be asked: after a wait for nothing only one request in `seconds` tries it again."""

    def __init__(self, seconds: float = PAUSE_SECONDS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = Lock()
        self._paused_until: float | None = None

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Return what `question` does.

        Raise `StorageError` where it does, and at once where the store has just kept somebody else waiting in vain.
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
                raise StorageError("the store did not answer a moment ago; it is asked again soon")
            if self._paused_until is not None:
                self._paused_until = now + self._seconds  # this one tries; the others wait for what becomes of it


def asking_the_store(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Let a view that reads the store ask by way of the application's `StorePause`."""

    @wraps(view)
    def asking(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        pause: StorePause = current_app.extensions[EXTENSION]
        return pause.ask(lambda: view(*args, **kwargs))

    return asking
