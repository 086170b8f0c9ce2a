"""What a new rendition would speak anew: each item against its part in the rendition before.

Texts, voices and takes are compared, which is nearly the whole of a narration key: a lexicon rule, the speed or
another model of a voice can make a difference that is not seen here. So whoever shows this says "about".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.text_change import TextChange, text_change

MS_PER_WORD = 380  # about 158 words a minute, while nothing of the brief was ever measured


class Fate(StrEnum):
    """What becomes of an item in the next rendition."""

    REUSED = "reused"
    TRIED_AGAIN = "tried again"
    CHANGED = "changed"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Part:
    """An item's part in a rendition; `voice` and `take` are None where nobody knows them any more."""

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
class Text:
    """An item as it stands in the brief now."""

    item_id: int
    headline: str
    body: str
    voice: str
    take: int


@dataclass(frozen=True, slots=True)
class Outlook:
    """What becomes of one item, what it was before, and how its text changed."""

    fate: Fate
    part: Part | None
    changes: tuple[TextChange, ...] = ()  # of the headline, of the text

    @property
    def is_spoken(self) -> bool:
        """Return whether the next rendition speaks it, rather than taking the sound that there is."""
        return self.fate is not Fate.REUSED


def outlooks(texts: Sequence[Text], parts: Sequence[Part]) -> list[Outlook]:
    """Return what becomes of each item, in order."""
    by_id = {part.item_id: part for part in parts if part.item_id is not None}
    by_text = {(part.headline, part.body): part for part in parts}
    return [_outlook(text, by_id.get(text.item_id) or by_text.get((text.headline, text.body))) for text in texts]


def dropped(parts: Sequence[Part], found: Sequence[Outlook]) -> list[Part]:
    """Return the parts that no item of the brief has any more."""
    kept = {id(outlook.part) for outlook in found}
    return [part for part in parts if id(part) not in kept]


def words(headline: str, body: str) -> int:
    """Return how many words are said."""
    return len(headline.split()) + len(body.split())


def ms_per_word(parts: Sequence[Part]) -> float:
    """Return how long a word took in what was measured."""
    timed = [(part.duration_ms, words(part.headline, part.body)) for part in parts if part.duration_ms]
    counted = sum(count for _, count in timed)
    return sum(length for length, _ in timed) / counted if counted else MS_PER_WORD


def _outlook(text: Text, part: Part | None) -> Outlook:
    if part is None:
        return Outlook(Fate.NEW, None)
    is_same = (part.headline, part.body) == (text.headline, text.body)
    is_same_voice = part.voice in {None, text.voice} and part.take in {None, text.take}
    if not is_same or not is_same_voice:
        found = (text_change(part.headline, text.headline), text_change(part.body, text.body))
        return Outlook(Fate.CHANGED, part, tuple(change for change in found if change))
    return Outlook(Fate.TRIED_AGAIN if part.state == NarrationState.FAILED else Fate.REUSED, part)
