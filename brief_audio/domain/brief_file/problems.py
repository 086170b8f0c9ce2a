"""Collects everything that is wrong with a file, so that an editor mends it in one go."""

from dataclasses import dataclass
from typing import NoReturn

from brief_audio.domain.errors import InvalidInputError

MOST_SHOWN = 20
_MOST_KEPT = 1000  # problems; of more only their number is known, a hostile file could hold millions
_LONGEST_SHOWN = 60  # characters of what a message repeats from a file


def shown(text: str) -> str:
    """Return `text` fit for one line of a terminal: short, and its unprintable characters escaped."""
    return printable(_cut(text))


def quoted(text: str) -> str:
    """Return `text` as `shown` does, in quotes."""
    return repr(_cut(text))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def printable(text: str) -> str:
    """Return `text` with its unprintable characters escaped, so that no terminal obeys them."""
    return "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in text)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place: a line, a JSON pointer, or empty for the file as a whole."""

    place: str
    reason: str


class BriefFileError(InvalidInputError):
    """Mend every place that `problems` lists; the message has the same for a terminal."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = (), *, permanent: bool | None = None) -> None:
        super().__init__(message, permanent=permanent)
        self.problems = problems


class Problems:
    """The problems found in one file, in the order they were found."""

    def __init__(self, file: str) -> None:
        self._file = printable(file)
        self._unlisted = 0
        self._found: dict[tuple[str, str], None] = {}  # each once, in order
        self._places: set[str] = set()

    def add(self, place: str, reason: str) -> None:
        """Note a problem; `place` is a line, a JSON pointer, or empty for the file as a whole."""
        if len(self._found) >= _MOST_KEPT:
            self._unlisted += 1
            return
        self._found[place, reason] = None
        self._places.add(place)

    def is_noted(self, place: str) -> bool:
        """Whether something is wrong at that very place already."""
        return place in self._places

    def fail(self, place: str, reason: str) -> NoReturn:
        """Note a problem behind which nothing can be read, and raise all there are."""
        self.add(place, reason)
        raise self._error()

    def raise_if_any(self) -> None:
        """Raise one `InvalidInputError` that names the file and every problem."""
        if self._found:
            raise self._error()

    def found(self) -> tuple[Problem, ...]:
        """Return what was found, in order."""
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
