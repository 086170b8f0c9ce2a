"""Collect everything that is wrong with a file, so that an editor can fix it in one go."""

from dataclasses import dataclass
from typing import NoReturn

from brief_audio.domain.errors import InvalidInputError

MOST_SHOWN = 20
_MOST_KEPT = 1000  # further problems are only counted: a hostile file could have millions
_LONGEST_SHOWN = 60  # characters that a message quotes from a file


def shown(text: str) -> str:
    """Return `text` in a form fit for one terminal line: shortened, with unprintable characters escaped."""
    return printable(_cut(text))


def quoted(text: str) -> str:
    """Return `text` as `shown` does, in quotes."""
    return repr(_cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def printable(text: str) -> str:
    """Return `text` with unprintable characters escaped, so that they can't control a terminal."""
    return "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in text)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place: a line, a JSON pointer, or empty for the whole file."""

    place: str
    reason: str


class BriefFileError(InvalidInputError):
    """The brief file is invalid: fix each place in `problems`. The message lists them for a terminal."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = (), *, permanent: bool | None = None) -> None:
        super().__init__(message, permanent=permanent)
        self.problems = problems


class Problems:
    """The problems found in one file, in the order found."""

    def __init__(self, file: str) -> None:
        self._file = printable(file)
        self._unlisted = 0
        self._found: dict[tuple[str, str], None] = {}  # each once, in order
        self._places: set[str] = set()

    def add(self, place: str, reason: str) -> None:
        """Add a problem; `place` is a line, a JSON pointer, or empty for the whole file."""
        if len(self._found) >= _MOST_KEPT:
            self._unlisted += 1
            return
        self._found[place, reason] = None
        self._places.add(place)

    def is_noted(self, place: str) -> bool:
        """Return whether a problem at this place was already added."""
        return place in self._places

    def fail(self, place: str, reason: str) -> NoReturn:
        """Add a problem that makes the rest unreadable, and raise an error with all problems so far."""
        self.add(place, reason)
        raise self._error()

    def raise_if_any(self) -> None:
        """Raise one `InvalidInputError` that names the file and every problem, if there are any."""
        if self._found:
            raise self._error()

    def found(self) -> tuple[Problem, ...]:
        """Return the problems found, in order."""
        return tuple(Problem(place, reason) for place, reason in self._found)

    def _error(self) -> BriefFileError:
        lines = [f"{place}: {reason}" if place else reason for place, reason in list(self._found)[:MOST_SHOWN]]
        count = len(self._found) + self._unlisted
        if count == 1:
            return BriefFileError(f"{self._file}: {lines[0]}", self.found())
        if count > MOST_SHOWN:
            lines.append(f"and {count - MOST_SHOWN} more")
        listed = "".join(f"\n  {line}" for line in lines)
        return BriefFileError(f"{self._file} has {count} problems:{listed}", self.found())
