"""Predict what a new rendition would re-record, by comparing each item with its part in the previous rendition.

This compares texts, voices and takes, which is nearly the whole narration key. Changes to lexicon rules, the speed or a
voice's model are not detected, so say "about" when showing the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.text_difference import TextDifference, text_difference

MS_PER_WORD = 380  # about 158 words per minute, used until something is measured


class ItemFate(StrEnum):
    """What happens to an item in the next rendition."""

    REUSED = "reused"
    TRIED_AGAIN = "tried again"
    CHANGED = "changed"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class RenditionItem:
    """An item's part in a rendition; `voice` and `take` are None if they are no longer known."""

    item_id: int | None
    position: int
    headline: str
    body: str
    voice: str | None
    take: int | None
    state: str
    error: str | None
    duration_ms: int | None


@dataclass(frozen=True, slots=True)
class CurrentItem:
    """An item as it is in the brief now."""

    item_id: int
    headline: str
    body: str
    voice: str
    take: int


@dataclass(frozen=True, slots=True)
class ItemOutlook:
    """What will happen to one item, its previous part, and how its text changed."""

    fate: ItemFate
    part: RenditionItem | None
    changes: tuple[TextDifference, ...] = ()  # of headline and text

    @property
    def is_spoken(self) -> bool:
        """Return whether the next rendition re-records it instead of reusing its audio."""
        return self.fate is not ItemFate.REUSED


def outlooks(texts: Sequence[CurrentItem], parts: Sequence[RenditionItem]) -> list[ItemOutlook]:
    """Return what will happen to each item, in order."""
    by_id = {part.item_id: part for part in parts if part.item_id is not None}
    by_text = {(part.headline, part.body): part for part in parts}
    return [_outlook(text, by_id.get(text.item_id) or by_text.get((text.headline, text.body))) for text in texts]


def dropped(parts: Sequence[RenditionItem], found: Sequence[ItemOutlook]) -> list[RenditionItem]:
    """Return the parts whose items are no longer in the brief."""
    kept = {id(outlook.part) for outlook in found}
    return [part for part in parts if id(part) not in kept]


def words(headline: str, body: str) -> int:
    """Return the number of spoken words."""
    return len(headline.split()) + len(body.split())


def ms_per_word(parts: Sequence[RenditionItem]) -> float:
    """Return the average milliseconds per word in the measured parts."""
    timed = [(part.duration_ms, words(part.headline, part.body)) for part in parts if part.duration_ms]
    counted = sum(count for _, count in timed)
    return sum(length for length, _ in timed) / counted if counted else MS_PER_WORD


def _outlook(text: CurrentItem, part: RenditionItem | None) -> ItemOutlook:
    if part is None:
        return ItemOutlook(ItemFate.NEW, None)
    is_same = (part.headline, part.body) == (text.headline, text.body)
    is_same_voice = part.voice in {None, text.voice} and part.take in {None, text.take}
    if not is_same or not is_same_voice:
        found = (text_difference(part.headline, text.headline), text_difference(part.body, text.body))
        return ItemOutlook(ItemFate.CHANGED, part, tuple(change for change in found if change))
    return ItemOutlook(ItemFate.TRIED_AGAIN if part.state == NarrationState.FAILED else ItemFate.REUSED, part)
