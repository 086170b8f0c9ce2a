"""Store a brief from a file, whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from brief_audio.db import events, rows, shows
from brief_audio.db.briefs import briefs
from brief_audio.db.models import Brief, Item, Voice
from brief_audio.domain.brief_file import BriefDraft, ItemDraft
from brief_audio.domain.errors import ConflictError, NotFoundError
from brief_audio.domain.jobs import BriefState
from brief_audio.services.briefs.lookup import known_show


class ImportResult(StrEnum):
    """The effect of an import."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Imported:
    """The brief that an import made, replaced or left unchanged."""

    brief_id: int
    slug: str
    result: ImportResult


def import_brief(session: Session, draft: BriefDraft, *, replace: bool, as_draft: bool, actor: str) -> Imported:
    """Store a brief from a file; nothing changes if the same content is stored for its show and date.

    Raise `NotFoundError` for an unknown show or voice, and `ConflictError` if the date has other content and
    `replace` is not given.
    """
    show = known_show(session, draft.show)
    shows.lock(session, show.id)  # of two simultaneous imports, the second then finds the brief of the first
    items = _items(session, draft.items)
    state = BriefState.DRAFT if as_draft else BriefState.READY
    there = briefs.find_by_date(session, show.slug, draft.local_date)
    if there is None:
        brief = Brief(
            show_id=show.id,
            slug=f"{show.slug}-{draft.local_date.isoformat()}",
            local_date=draft.local_date,
            title=draft.title,
            state=state,
        )
        rows.add(session, brief)
        return _write(session, brief, items, ImportResult.CREATED, actor)
    if _is_equal(session, there, draft):
        return Imported(there.id, there.slug, ImportResult.UNCHANGED)
    if not replace:
        raise ConflictError(
            f"{show.slug}/{draft.local_date} already has other content (brief {there.id})",
            code="brief_exists",
            facts={"brief": there.id},
        )
    there.title, there.state = draft.title, state
    return _write(session, there, items, ImportResult.REPLACED, actor)


def _items(session: Session, drafts: Sequence[ItemDraft]) -> list[Item]:
    voices = {name: _voice(session, name) for name in {draft.voice for draft in drafts} if name}
    return [
        Item(
            headline=draft.headline,
            body=draft.body,
            source_url=draft.source_url,
            voice_id=voices[draft.voice].id if draft.voice else None,
        )
        for draft in drafts
    ]


def _voice(session: Session, name: str) -> Voice:
    voice = shows.find_voice(session, name)
    if voice is None:
        known = ", ".join(voice.name for voice in shows.voices(session))
        raise NotFoundError(f"there is no voice {name!r} (the voices are: {known})", code="no_such_voice")
    return voice


def _is_equal(session: Session, brief: Brief, draft: BriefDraft) -> bool:
    kept = [
        ItemDraft(item.headline, item.body, item.source_url, item.voice.name if item.voice else None)
        for item in briefs.items(session, brief.id)
    ]
    return brief.title == draft.title and kept == list(draft.items)


def _write(session: Session, brief: Brief, items: list[Item], result: ImportResult, actor: str) -> Imported:
    briefs.replace_items(session, brief, items)
    events.record(
        session, actor, f"brief.{result}", brief_id=brief.id, message=brief.slug, detail={"items": len(items)}
    )
    return Imported(brief.id, brief.slug, result)
