"""What a brief file says, before anybody has checked it: every text with the place where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Given:
    """A text and its place: a line ("line 12") or a JSON pointer ("/items/0/body")."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class GivenItem:
    """An item as given; None where the file has nothing, or something that was reported already."""

    place: str
    headline: Given | None = None
    body: Given | None = None
    source_url: Given | None = None
    voice: Given | None = None


@dataclass(frozen=True, slots=True)
class GivenBrief:
    """A brief as given; `items` is None where the file has no list of them."""

    show: Given | None = None
    date: Given | None = None
    title: Given | None = None
    items: tuple[GivenItem, ...] | None = None
