"""Create one expensive object once, however many threads ask for it, and make none of them wait forever."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from brief_audio.domain.errors import BriefAudioError, VoiceUnavailableError

T = TypeVar("T")


class LoadOnce(Generic[T]):
    """Hold the result of `make`: the first caller creates it, and other callers wait for that attempt.

    A failed attempt is forgotten, so that the next caller starts another.
    """

    def __init__(self, make: Callable[[], T], *, what: str, wait_seconds: float) -> None:
        self._make = make
        self._what = what
        self._wait_seconds = wait_seconds
        self._lock = threading.Lock()
        self._attempt: _Attempt[T] | None = None

    def get(self) -> T:
        """Return the object, created by this call or another.

        The creating caller gets the error that `make` raises. Waiting callers raise `VoiceUnavailableError` if that
        attempt fails or takes more than `wait_seconds`.
        """
        with self._lock:
            attempt = self._attempt
            if attempt is None:
                mine = self._attempt = _Attempt[T]()
        return self._run(mine) if attempt is None else self._wait_for(attempt)

    def made(self) -> T | None:
        """Return the object if it exists already, None otherwise."""
        attempt = self._attempt
        return attempt.made if attempt is not None else None

    def clear(self) -> None:
        """Forget the object and any attempt in progress; the next caller creates it again."""
        with self._lock:
            self._attempt = None

    def discard(self, made: T) -> None:
        """Forget this object; a newer one, or one being created, stays."""
        with self._lock:
            if self._attempt is not None and self._attempt.made is made:
                self._attempt = None

    def _run(self, attempt: "_Attempt[T]") -> T:
        try:
            with attempt:
                made = attempt.made = self._make()
            return made
        finally:
            if attempt.error is not None:
                self._forget(attempt)
            attempt.ended.set()

    def _forget(self, attempt: "_Attempt[T]") -> None:
        with self._lock:
            if self._attempt is attempt:
                self._attempt = None

    def _wait_for(self, attempt: "_Attempt[T]") -> T:
        if not attempt.ended.wait(self._wait_seconds):
            raise VoiceUnavailableError(f"another caller is still loading {self._what} after {self._wait_seconds:g} s")
        if attempt.error is not None:
            raise self._told_to_others(attempt.error) from attempt.error
        assert attempt.made is not None
        return attempt.made

    def _told_to_others(self, error: BaseException) -> VoiceUnavailableError:
        if isinstance(error, BriefAudioError):
            return VoiceUnavailableError(str(error), permanent=error.permanent)
        return VoiceUnavailableError(f"{self._what} could not be loaded: {type(error).__name__}: {error}")


class _Attempt(Generic[T]):
    """One attempt: `made` or `error` is set before `ended`."""

    def __init__(self) -> None:
        self.made: T | None = None
        self.error: BaseException | None = None
        self.ended = threading.Event()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.error = error
