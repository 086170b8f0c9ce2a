"""A brief as a file gives it: checked, cleaned, not yet stored."""

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
    """A whole brief file; `show` is a slug, `items` holds at least one."""

    show: str
    local_date: date
    title: str
    items: tuple[ItemDraft, ...]
