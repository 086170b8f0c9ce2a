"""The position of everything in a programme, in samples of the finished file, known before rendering."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from brief_audio.domain.errors import MasteringError
from brief_audio.domain.script import Utterance
from brief_audio.mastering.base import Chapter, EditionContent, Pauses, SpokenItem
from brief_audio.mastering.narration_file import narration_shape
from brief_audio.mastering.profile import MASTER_RATE_HZ
from brief_audio.mastering.resampling import resampled_length


@dataclass(frozen=True, slots=True)
class PlacedUtterance:
    """An utterance and its samples in the finished file, from `start` to `end` (exclusive)."""

    utterance: Utterance
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item and its utterances in playback order."""

    item: SpokenItem
    utterances: tuple[PlacedUtterance, ...]

    @property
    def start(self) -> int:
        """Return the item's first sample."""
        return self.utterances[0].start

    @property
    def end(self) -> int:
        """Return the sample after the item's last one."""
        return self.utterances[-1].end


@dataclass(frozen=True, slots=True)
class Timeline:
    """A whole programme, `length` samples long."""

    items: tuple[PlacedItem, ...]
    length: int


def lay_out(programme: EditionContent) -> Timeline:
    """Place every utterance; raise `MasteringError` if a narration doesn't match its item or there are no items."""
    placed: list[PlacedItem] = []
    at = _samples(programme.pauses.opening_ms)
    for item in programme.items:
        if placed:
            at += _samples(programme.pauses.after_item_ms)
        placed.append(PlacedItem(item, tuple(_placed(item, programme.pauses, at))))
        at = placed[-1].end
    if not placed:
        raise MasteringError("a programme without items has no audio")
    return Timeline(tuple(placed), at)


def milliseconds(sample: int) -> int:
    """Return the time of a sample in the finished file, to the nearest millisecond."""
    return round(sample * 1000 / MASTER_RATE_HZ)


def chapters(timeline: Timeline) -> tuple[Chapter, ...]:
    """Return one chapter per item; together they cover the whole file, so that players find no gap.

    The silence before an item belongs to the previous chapter, the opening silence to the first.
    """
    borders = [0, *(milliseconds(placed.start) for placed in timeline.items[1:]), milliseconds(timeline.length)]
    return tuple(
        Chapter(placed.item.position, _title(placed.item), start_ms, end_ms)
        for placed, (start_ms, end_ms) in zip(timeline.items, pairwise(borders), strict=True)
    )


def _title(item: SpokenItem) -> str:
    return " ".join(item.headline.split()) or f"Item {item.position}"


def _placed(item: SpokenItem, pauses: Pauses, at: int) -> Iterator[PlacedUtterance]:
    shape = narration_shape(item.narration)
    if len(shape.lengths) != len(item.utterances):
        counts = f"audio for {len(shape.lengths)} instead of {len(item.utterances)} utterances"
        raise MasteringError(f"the narration of item {item.position} has {counts}")
    for number, utterance in enumerate(item.utterances):
        if number:
            is_same_part = utterance.part is item.utterances[number - 1].part
            at += _samples(pauses.after_sentence_ms if is_same_part else pauses.after_headline_ms)
        end = at + resampled_length(shape.lengths[number], shape.rate_hz)
        yield PlacedUtterance(utterance, at, end)
        at = end


def _samples(pause_ms: int) -> int:
    return round(pause_ms * MASTER_RATE_HZ / 1000)
