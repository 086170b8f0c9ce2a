"""Find and list briefs, and mark them ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from brief_audio.db import events, shows
from brief_audio.db.briefs import brief_page, briefs
from brief_audio.db.making import job_lookup
from brief_audio.db.models import AudioGenerationJob, Brief, Show
from brief_audio.domain.errors import InvalidInputError, NotFoundError
from brief_audio.domain.jobs import BriefState
from brief_audio.domain.slugs import LONGEST_BRIEF_SLUG

LONGEST_ID = 18  # digits that always fit in PostgreSQL's bigint


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
class BriefWithItems:
    """A brief with its items."""

    brief: BriefLine
    items: tuple[ItemLine, ...]


def set_state(session: Session, brief: Brief, state: BriefState, *, actor: str) -> None:
    """Mark a brief as ready for its scheduled run, or as a draft that scheduled runs ignore.

    A job that is already in progress continues.
    """
    locked = briefs.lock(session, brief.id)
    if locked.state != state:
        locked.state = state
        events.record(session, actor, f"brief.{state}", brief_id=locked.id, message=locked.slug)


def brief_by_reference(session: Session, reference: str) -> Brief:
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
        known_show(session, show)
    return _lines(session, briefs.latest(session, show_slug=show, limit=limit))


def brief_with_items(session: Session, reference: str) -> BriefWithItems:
    """Return a brief with its items."""
    brief = brief_by_reference(session, reference)
    items = briefs.items(session, brief.id)
    lines = (
        ItemLine(item.position, item.headline, item.body, item.source_url, item.voice.name if item.voice else None)
        for item in items
    )
    return BriefWithItems(_lines(session, [brief])[0], tuple(lines))


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


def known_show(session: Session, slug: str) -> Show:
    """Return the show of that slug; raise `NotFoundError`, which names the shows that exist."""
    show = shows.find_show(session, slug)
    if show is None:
        known = ", ".join(shows.show_slugs(session)) or "none yet"
        raise NotFoundError(
            f"there is no show {slug!r} (the shows are: {known})", code="no_such_show", facts={"show": slug}
        )
    return show


def _lines(session: Session, found: Sequence[Brief]) -> list[BriefLine]:
    last_jobs = job_lookup.last_of(session, [brief.id for brief in found])
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


def brief_by_slug(session: Session, slug: str) -> Brief:
    """Return the brief with that slug, and its show; raise `NotFoundError` for an unknown or impossible slug."""
    is_sound = slug.isprintable() and len(slug) <= LONGEST_BRIEF_SLUG  # PostgreSQL takes no NUL
    found = briefs.find_by_slug(session, slug) if is_sound else None
    if found is None:
        raise NotFoundError("there is no such brief", code="no_such_brief")
    return found


def last_editor(session: Session, brief_id: int) -> str | None:
    """Return who last changed a brief's text, or None if the history no longer tells."""
    edits = brief_page.edits(session, brief_id, limit=1)
    return edits[0].actor if edits else None
