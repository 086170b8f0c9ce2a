"""Collects everything that is wrong with a file, so that an editor mends it in one go."""

from typing import NoReturn

from brief_audio.domain.errors import InvalidInputError

MOST_SHOWN = 20


class Problems:
    """The problems found in one file, in the order they were found."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: dict[tuple[str, str], None] = {}  # each once, in order
        self._places: set[str] = set()

    def add(self, place: str, reason: str) -> None:
        """Note a problem; `place` is a line, a JSON pointer, or empty for the file as a whole."""
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

    def _error(self) -> InvalidInputError:
        lines = [f"{place}: {reason}" if place else reason for place, reason in list(self._found)[:MOST_SHOWN]]
        if len(self._found) == 1:
            return InvalidInputError(f"{self._file}: {lines[0]}")
        if len(self._found) > MOST_SHOWN:
            lines.append(f"and {len(self._found) - MOST_SHOWN} more")
        listed = "".join(f"\n  {line}" for line in lines)
        return InvalidInputError(f"{self._file} has {len(self._found)} problems:{listed}")
