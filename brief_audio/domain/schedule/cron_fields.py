"""One field of a cron expression: the numbers and names it accepts, and the values it stands for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from brief_audio.domain.errors import InvalidInputError

_STEP = re.compile(r"(?P<range>[^/]+)(?:/(?P<step>[0-9]{1,2}))?")
_NUMBER = re.compile(r"[0-9]{1,2}")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name, its lowest and highest value, and the names for its values."""

    name: str
    first: int
    last: int
    names: tuple[str, ...] = ()
    takes_numbers: bool = True


MINUTE = Field("minute", 0, 59)
HOUR = Field("hour", 0, 23)
DAY = Field("day", 1, 31)
MONTH = Field("month", 1, 12, _MONTHS)
# Numbers are refused: 0 is Sunday in cron and Monday elsewhere, and a run on the wrong day is noticed too late.
WEEKDAY = Field("weekday", 0, 6, _WEEKDAYS, takes_numbers=False)


def values_of(field: Field, word: str) -> frozenset[int] | None:
    """Return the values that a word of the expression stands for, None for `*`, which means all.

    Raise `InvalidInputError` if the word isn't a list of this field's values, ranges and steps.
    """
    if word == "*":
        return None
    found = frozenset(value for part in word.lower().split(",") for value in _values(field, part, word))
    is_every = len(found) == field.last - field.first + 1
    return None if is_every else found


def _values(field: Field, part: str, word: str) -> Iterator[int]:
    match = _STEP.fullmatch(part)
    if match is None:
        raise _refusal(field, word, f"{part!r} is not a value, range or step")
    step = match["step"]
    if step is not None and int(step) == 0:
        raise _refusal(field, word, "a step must be at least 1")
    first, last = _range(field, match["range"], word, is_stepped=step is not None)
    yield from range(first, last + 1, int(step or 1))


def _range(field: Field, text: str, word: str, *, is_stepped: bool) -> tuple[int, int]:
    if text == "*":
        return field.first, field.last
    begin, dash, end = text.partition("-")
    first = _value(field, begin, word)
    if not dash:
        return first, field.last if is_stepped else first
    last = _value(field, end, word)
    if last < first:
        raise _refusal(field, word, f"{text!r} goes backwards: list the values instead")
    return first, last


def _value(field: Field, text: str, word: str) -> int:
    if text in field.names:
        return field.first + field.names.index(text)
    if not field.takes_numbers:
        raise _refusal(
            field, word, f"give names ({', '.join(field.names)}): numbers mean different days in different programs"
        )
    if not _NUMBER.fullmatch(text) or not field.first <= int(text) <= field.last:
        raise _refusal(field, word, f"{text!r} is not from {field.first} to {field.last}")
    return int(text)


def _refusal(field: Field, word: str, reason: str) -> InvalidInputError:
    return InvalidInputError(f"{word[:40]!r} cannot be the {field.name}: {reason}")
