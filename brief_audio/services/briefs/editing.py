"""Edit the title and items of a brief. A change that is based on an outdated version is refused."""

from dataclasses import dataclass
from datetime import UTC

from sqlalchemy.orm import Session

from brief_audio.db import events, shows
from brief_audio.db.briefs import briefs, items
from brief_audio.db.models import Brief, Item
from brief_audio.domain import time_zones
from brief_audio.domain.brief_file import ItemDraft
from brief_audio.domain.brief_file.checks import MOST_CHARACTERS
from brief_audio.domain.brief_file.item_limit import MOST_ITEMS
from brief_audio.domain.errors import ChangedMeanwhileError, InvalidInputError, NotFoundError
from brief_audio.domain.jobs import BriefState
from brief_audio.services.accounts.permissions import Operation, require_role
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.briefs import lookup
from brief_audio.services.briefs.lookup import set_state


@dataclass(frozen=True, slots=True)
class Seen:
    """A brief at the version that the editor saw."""

    slug: str
    version: str


def version_of(brief: Brief) -> str:
    """Return the version of a brief, which changes with every edit."""
    return brief.updated_at.astimezone(UTC).isoformat(timespec="microseconds")


def mark(session: Session, by: SignedIn, slug: str, state: BriefState) -> None:
    """Mark a brief as ready for its scheduled run, or as a draft."""
    actor = require_role(by, Operation.WRITE_BRIEFS)
    set_state(session, lookup.brief_by_slug(session, slug), state, actor=actor)


def change_title(session: Session, by: SignedIn, seen: Seen, title: str) -> None:
    """Change the title of a brief; raise `ChangedMeanwhileError` if the brief changed since it was seen."""
    actor = require_role(by, Operation.WRITE_BRIEFS)
    brief = _locked(session, seen.slug)
    if brief.title == title:
        return
    _refuse_if_changed(session, brief, seen)
    before, brief.title = brief.title, title
    items.touch(session, brief)
    events.record(session, actor, "brief.title_changed", brief_id=brief.id, message=title, detail={"before": before})


def add_item(session: Session, by: SignedIn, seen: Seen, draft: ItemDraft) -> int:
    """Add an item at the end and return its position. Submitting the same form twice adds one item.

    Raise `ChangedMeanwhileError`, `InvalidInputError` if the brief would become too long, or `NotFoundError` for an
    unknown voice.
    """
    actor = require_role(by, Operation.WRITE_BRIEFS)
    brief = _locked(session, seen.slug)
    kept = briefs.items(session, brief.id)
    if kept and version_of(brief) != seen.version and _is_as(kept[-1], draft):
        return kept[-1].position
    _refuse_if_changed(session, brief, seen)
    _refuse_if_too_long(kept, draft)
    item = Item()
    _write(session, item, draft)
    items.append(session, brief, item)
    _record(session, actor, "brief.item_added", brief, item)
    return item.position


def edit_item(session: Session, by: SignedIn, seen: Seen, item_id: int, draft: ItemDraft) -> int:
    """Change an item, keep its take, and return its position. Raise the same errors as `add_item`."""
    actor = require_role(by, Operation.WRITE_BRIEFS)
    brief = _locked(session, seen.slug)
    item = items.find(session, brief.id, item_id)
    if item is not None and _is_as(item, draft):
        return item.position
    _refuse_if_changed(session, brief, seen)
    if item is None:
        raise NotFoundError(f"{brief.slug} has no such item")
    _refuse_if_too_long([kept for kept in briefs.items(session, brief.id) if kept is not item], draft)
    _write(session, item, draft)
    items.touch(session, brief)
    _record(session, actor, "brief.item_edited", brief, item)
    return item.position


def move_item(session: Session, by: SignedIn, seen: Seen, item_id: int, *, places: int) -> int:
    """Move an item one place up (-1) or down (1), unless it is at that end already; return its position."""
    actor = require_role(by, Operation.WRITE_BRIEFS)
    brief = _locked(session, seen.slug)
    _refuse_if_changed(session, brief, seen)
    kept = briefs.items(session, brief.id)
    at = _index(kept, item_id, brief)
    if 0 <= at + places < len(kept):
        items.swap(session, brief, kept[at], kept[at + places])
        _record(session, actor, "brief.item_moved", brief, kept[at])
    return kept[at].position


def drop_item(session: Session, by: SignedIn, seen: Seen, item_id: int) -> str:
    """Delete an item from a brief and return its headline; the last item cannot be deleted."""
    actor = require_role(by, Operation.WRITE_BRIEFS)
    brief = _locked(session, seen.slug)
    _refuse_if_changed(session, brief, seen)
    kept = briefs.items(session, brief.id)
    item = kept[_index(kept, item_id, brief)]
    if len(kept) == 1:
        raise InvalidInputError("A brief needs at least one item. Add another before you delete this one.")
    headline = item.headline
    _record(session, actor, "brief.item_dropped", brief, item)
    items.drop(session, brief, item)
    return headline


def _locked(session: Session, slug: str) -> Brief:
    found = lookup.brief_by_slug(session, slug)
    return briefs.lock(session, found.id)


def _refuse_if_changed(session: Session, brief: Brief, seen: Seen) -> None:
    if version_of(brief) == seen.version:
        return
    at = time_zones.local(brief.updated_at, brief.show.time_zone)
    who = lookup.last_editor(session, brief.id) or "Another editor"
    raise ChangedMeanwhileError(f"{who} changed this brief at {at:%H:%M}. Their changes were kept.")


def _refuse_if_too_long(others: list[Item], draft: ItemDraft) -> None:
    if len(others) >= MOST_ITEMS:
        raise InvalidInputError(f"This brief already has {MOST_ITEMS:,} items, which is the limit.")
    characters = sum(len(item.headline) + len(item.body) for item in others) + len(draft.headline) + len(draft.body)
    if characters > MOST_CHARACTERS:
        raise InvalidInputError(
            f"With this item the brief would have {characters:,} characters; the limit is {MOST_CHARACTERS:,}."
        )


def _is_as(item: Item, draft: ItemDraft) -> bool:
    voice = item.voice.name if item.voice else None
    return ItemDraft(item.headline, item.body, item.source_url, voice) == draft


def _write(session: Session, item: Item, draft: ItemDraft) -> None:
    voice = shows.find_voice(session, draft.voice) if draft.voice else None
    if draft.voice and voice is None:
        raise NotFoundError(f"there is no voice {draft.voice!r}", code="no_such_voice")
    item.headline, item.body, item.source_url = draft.headline, draft.body, draft.source_url
    item.voice = voice


def _index(kept: list[Item], item_id: int, brief: Brief) -> int:
    for index, item in enumerate(kept):
        if item.id == item_id:
            return index
    raise NotFoundError(f"{brief.slug} has no such item")


def _record(session: Session, actor: str, kind: str, brief: Brief, item: Item) -> None:
    detail = {"item": item.id, "position": item.position, "take": item.take}
    events.record(session, actor, kind, brief_id=brief.id, message=item.headline, detail=detail)
