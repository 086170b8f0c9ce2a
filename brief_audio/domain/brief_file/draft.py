"""A brief from a file: checked and cleaned, but not yet stored."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One item of a brief file; its texts are cleaned and not empty."""

    headline: str
    body: str
    source_url: str | None = None
    voice: str | None = None


@dataclass(frozen=True, slots=True)
class BriefDraft:
    """A whole brief file; `show` is a slug, and `items` has at least one item."""

    show: str
    local_date: date
    title: str
    items: tuple[ItemDraft, ...]
