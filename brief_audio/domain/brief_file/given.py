"""The contents of a brief file before checking: every text with its place in the file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Given:
    """A text and its place: a line ("line 12") or a JSON pointer ("/items/0/body")."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class GivenItem:
    """An item as given; a field is None if it is missing or was already reported."""

    place: str
    headline: Given | None = None
    body: Given | None = None
    source_url: Given | None = None
    voice: Given | None = None


@dataclass(frozen=True, slots=True)
class GivenBrief:
    """A brief as given; `items` is None if the file has no list of items."""

    show: Given | None = None
    date: Given | None = None
    title: Given | None = None
    items: tuple[GivenItem, ...] | None = None
