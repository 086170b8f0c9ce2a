"""The items of a brief as its page shows them: each with its last narration and what the next job will do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brief_audio.db import listening
from brief_audio.db.briefs import brief_page
from brief_audio.db.briefs.brief_page import RenditionRow
from brief_audio.db.making import job_lookup
from brief_audio.db.models import Brief, Event, Item, ItemNarration
from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.re_recording import (
    CurrentItem,
    ItemFate,
    ItemOutlook,
    RenditionItem,
    dropped,
    ms_per_word,
    outlooks,
    words,
)
from brief_audio.domain.rendition_contents import RenditionContents
from brief_audio.domain.text_difference import TextDifference

FINISHED = (NarrationState.SPOKEN, NarrationState.REUSED, NarrationState.FAILED)
EDITS_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Edited:
    """Who changed an item last, and when."""

    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item; `voice` is None if it uses the show's. `state` and `error` are those of its last narration.

    `duration_ms` is an estimate unless `is_measured`.
    """

    id: int
    position: int
    headline: str
    body: str
    source_url: str | None
    voice: str | None
    take: int
    words: int
    fate: ItemFate
    state: str | None
    error: str | None
    duration_ms: int
    is_measured: bool
    changes: tuple[TextDifference, ...]
    edited: Edited | None


@dataclass(frozen=True, slots=True)
class Items:
    """All items, compared with a rendition: what was deleted from it and whether the order changed."""

    rows: tuple[ItemRow, ...]
    dropped: tuple[str, ...]
    is_reordered: bool

    @property
    def words(self) -> int:
        """Return the number of words in all items."""
        return sum(row.words for row in self.rows)

    @property
    def to_speak(self) -> tuple[ItemRow, ...]:
        """Return the items that a new rendition would re-record, judging by texts and voices."""
        return tuple(row for row in self.rows if row.fate is not ItemFate.REUSED)

    @property
    def is_edited(self) -> bool:
        """Return whether any text or the order has changed."""
        return (
            self.is_reordered
            or bool(self.dropped)
            or any(row.fate in {ItemFate.CHANGED, ItemFate.NEW} for row in self.rows)
        )


def parts_of_job(session: Session, job_id: int) -> list[RenditionItem]:
    """Return the items that a job has finished."""
    return [_part(row) for row in job_lookup.narrations(session, job_id) if row.state in FINISHED]


def parts_of_rendition(session: Session, rendition: RenditionRow) -> list[RenditionItem]:
    """Return the items of a rendition; from its own contents if its job was deleted."""
    if rendition.job_id is not None:
        return parts_of_job(session, rendition.job_id)
    contents = RenditionContents.from_json(listening.kept_contents(session, rendition.id))
    return [
        RenditionItem(
            None,
            item.position,
            item.headline,
            item.body,
            None,
            None,
            item.state,
            item.error,
            None if item.start_ms is None or item.end_ms is None else item.end_ms - item.start_ms,
        )
        for item in contents.items
    ]


def items_of(session: Session, brief: Brief, kept: Sequence[Item], parts: Sequence[RenditionItem]) -> Items:
    """Return the items of a brief, each matched with one of `parts`."""
    texts = [
        CurrentItem(item.id, item.headline, item.body, (item.voice or brief.show.voice).name, item.take)
        for item in kept
    ]
    found = outlooks(texts, parts)
    pace, edits = ms_per_word(parts), _edits(session, brief.id)
    rows = tuple(
        _row(item, number, outlook, pace, edits.get(item.id))
        for number, (item, outlook) in enumerate(zip(kept, found, strict=True), start=1)
    )
    gone = tuple(part.headline for part in dropped(parts, found))
    order = [outlook.part.position for outlook in found if outlook.part]
    return Items(rows, gone, is_reordered=order != sorted(order))


def _part(row: ItemNarration) -> RenditionItem:
    return RenditionItem(
        row.item_id,
        row.position,
        row.headline,
        row.body,
        row.voice,
        row.take,
        row.state,
        row.error,
        row.duration_ms,
    )


def _row(item: Item, number: int, outlook: ItemOutlook, pace: float, edit: Event | None) -> ItemRow:
    part, count = outlook.part, words(item.headline, item.body)
    measured = part.duration_ms if part is not None and not outlook.is_spoken else None
    return ItemRow(
        id=item.id,
        position=number,
        headline=item.headline,
        body=item.body,
        source_url=item.source_url,
        voice=item.voice.name if item.voice else None,
        take=item.take,
        words=count,
        fate=outlook.fate,
        state=part.state if part else None,
        error=part.error if part else None,
        duration_ms=measured if measured is not None else round(count * pace),
        is_measured=measured is not None,
        changes=outlook.changes,
        edited=Edited(edit.at, edit.actor) if edit else None,
    )


def _edits(session: Session, brief_id: int) -> dict[int, Event]:
    """Return the newest edit of each item, by the item's id."""
    found: dict[int, Event] = {}
    for event in brief_page.edits(session, brief_id, limit=EDITS_LOOKED_AT):
        if event.kind == "brief.item_edited":
            found.setdefault(event.detail.get("item", 0), event)
    return found
