"""The contents of a brief file before checking: every text with its place in the file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UncheckedText:
    """A text and its place: a line ("line 12") or a JSON pointer ("/items/0/body")."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class UncheckedItem:
    """An item as given; a field is None if it is missing or was already reported."""

    place: str
    headline: UncheckedText | None = None
    body: UncheckedText | None = None
    source_url: UncheckedText | None = None
    voice: UncheckedText | None = None


@dataclass(frozen=True, slots=True)
class UncheckedBrief:
    """A brief as given; `items` is None if the file has no list of items."""

    show: UncheckedText | None = None
    date: UncheckedText | None = None
    title: UncheckedText | None = None
    items: tuple[UncheckedItem, ...] | None = None
