"""Import, find and list briefs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from brief_audio.db import briefs, events, job_lists, shows
from brief_audio.db.models import AudioGenerationJob, Brief, Item, Show, Voice
from brief_audio.domain.brief_file import BriefDraft, ItemDraft
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotFoundError
from brief_audio.domain.jobs import BriefState

LONGEST_ID = 18  # digits that always fit in PostgreSQL's bigint


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


@dataclass(frozen=True, slots=True)
class BriefLine:
    """A brief in a list; `last_error` is why its newest job failed or is retrying later."""

    id: int
    slug: str
    show: str
    local_date: date | None
    title: str
    state: str
    held_reason: str | None
    current_rendition: int | None
    last_job: int | None
    last_job_status: str | None
    last_error: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item of a brief."""

    position: int
    headline: str
    body: str
    source_url: str | None
    voice: str | None


@dataclass(frozen=True, slots=True)
class BriefWhole:
    """A brief with its items."""

    brief: BriefLine
    items: tuple[ItemLine, ...]


def import_brief(session: Session, draft: BriefDraft, *, replace: bool, as_draft: bool, actor: str) -> Imported:
    """Store a brief from a file; nothing changes if the same content is stored for its show and date.

    Raise `NotFoundError` for an unknown show or voice, and `ConflictError` if the date has other content and
    `replace` is not given.
    """
    show = _show(session, draft.show)
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
        session.add(brief)
        session.flush()
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


def set_state(session: Session, brief: Brief, state: BriefState, *, actor: str) -> None:
    """Mark a brief as ready for its scheduled run, or as a draft that scheduled runs ignore.

    A job that is already in progress continues.
    """
    locked = briefs.lock(session, brief.id)
    if locked.state != state:
        locked.state = state
        events.record(session, actor, f"brief.{state}", brief_id=locked.id, message=locked.slug)


def find(session: Session, reference: str) -> Brief:
    """Return the brief that `reference` names: by id, by SHOW/DATE, or by the slug in its page's address.

    Raise `InvalidInputError` for any other form, and `NotFoundError` if there is no such brief.
    """
    show, slash, day = reference.partition("/")
    if slash:
        brief = _find_by_date(session, show, day)
    else:
        brief = briefs.find_by_slug(session, reference) or _find_by_id(session, reference)
    if brief is None:
        raise NotFoundError(f"there is no brief {reference}", code="no_such_brief", facts={"brief": reference})
    return brief


def found(session: Session, brief_id: int) -> Brief:
    """Return the brief with that id; raise `NotFoundError` if it was deleted."""
    brief = briefs.find_by_id(session, brief_id)
    if brief is None:
        raise NotFoundError(f"there is no brief {brief_id}", code="no_such_brief", facts={"brief": brief_id})
    return brief


def latest(session: Session, *, show: str | None, limit: int) -> list[BriefLine]:
    """Return the newest briefs; raise `NotFoundError` for an unknown show."""
    if show is not None:
        _show(session, show)
    return _lines(session, briefs.latest(session, show_slug=show, limit=limit))


def whole(session: Session, reference: str) -> BriefWhole:
    """Return a brief with its items."""
    brief = find(session, reference)
    items = briefs.items(session, brief.id)
    lines = (
        ItemLine(item.position, item.headline, item.body, item.source_url, item.voice.name if item.voice else None)
        for item in items
    )
    return BriefWhole(_lines(session, [brief])[0], tuple(lines))


def _find_by_id(session: Session, reference: str) -> Brief | None:
    if not (reference.isascii() and reference.isdigit() and len(reference) <= LONGEST_ID):
        raise InvalidInputError(
            f"{reference!r} does not name a brief: give its number, or SHOW/DATE such as morning-brief/2026-03-20"
        )
    return briefs.find_by_id(session, int(reference))


def _find_by_date(session: Session, show: str, day: str) -> Brief | None:
    try:
        local_date = date.fromisoformat(day)
    except ValueError:
        raise InvalidInputError(f"the date of a brief must be YYYY-MM-DD, not {day!r}") from None
    return briefs.find_by_date(session, show, local_date)


def _show(session: Session, slug: str) -> Show:
    show = shows.find_show(session, slug)
    if show is None:
        known = ", ".join(shows.show_slugs(session)) or "none yet"
        raise NotFoundError(
            f"there is no show {slug!r} (the shows are: {known})", code="no_such_show", facts={"show": slug}
        )
    return show


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


def _lines(session: Session, found: Sequence[Brief]) -> list[BriefLine]:
    last_jobs = job_lists.last_of(session, [brief.id for brief in found])
    current = briefs.current_numbers(session, found)
    return [_line(brief, current.get(brief.id), last_jobs.get(brief.id)) for brief in found]


def _line(brief: Brief, current: int | None, last_job: AudioGenerationJob | None) -> BriefLine:
    return BriefLine(
        id=brief.id,
        slug=brief.slug,
        show=brief.show.slug,
        local_date=brief.local_date,
        title=brief.title,
        state=brief.state,
        held_reason=brief.held_reason,
        current_rendition=current,
        last_job=last_job.id if last_job else None,
        last_job_status=last_job.status if last_job else None,
        last_error=last_job.error if last_job else None,
        updated_at=brief.updated_at,
    )
