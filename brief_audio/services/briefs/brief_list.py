"""The list of briefs and the calendar of a show, as the dashboard shows them."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from brief_audio.db import shows
from brief_audio.db.briefs import brief_list
from brief_audio.db.briefs.brief_list import BriefFilter, BriefKey, CurrentRendition
from brief_audio.db.making import job_lookup
from brief_audio.db.models import AudioGenerationJob, Brief, Show
from brief_audio.domain.brief_status import BriefStatus, status_of
from brief_audio.domain.errors import NotFoundError
from brief_audio.domain.work import LIVE_STATUSES, WorkStatus

ON_A_PAGE = 50
WEEK = 7


@dataclass(frozen=True, slots=True)
class ShowChoice:
    """A show that a list can be filtered by."""

    slug: str
    title: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class BriefListRow:
    """A brief in a list; `reason` says why it is held or failed, `done` is the progress of a live job."""

    slug: str
    show: ShowChoice
    local_date: date | None
    title: str
    standing: BriefStatus
    reason: str | None
    done: str | None
    items: int
    current: CurrentRendition | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class BriefListPage:
    """One page of the list; `older` is where the next page begins. `is_bare` if no briefs exist."""

    lines: tuple[BriefListRow, ...]
    shows: tuple[ShowChoice, ...]
    older: BriefKey | None
    is_bare: bool


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the month with its brief, if it has one."""

    local_date: date
    line: BriefListRow | None


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A show's month in weeks that begin on Monday; None marks a day of another month."""

    show: ShowChoice
    shows: tuple[ShowChoice, ...]
    first: date
    weeks: tuple[tuple[CalendarDay | None, ...], ...]


def listing(
    session: Session, *, show: str | None, standing: BriefStatus | None, after: BriefKey | None
) -> BriefListPage:
    """Return a page of briefs, newest first; raise `NotFoundError` for an unknown show."""
    known = shows.all_shows(session)
    chosen = _chosen(known, show) if show else None
    wanted = BriefFilter(chosen.id if chosen else None, standing)
    found = brief_list.page(session, wanted, after=after, limit=ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    last = shown[-1] if len(found) > ON_A_PAGE else None
    return BriefListPage(
        lines=_lines(session, shown),
        shows=tuple(_choice(one) for one in known),
        older=BriefKey(last.local_date, last.id) if last else None,
        is_bare=not shown and not brief_list.any_brief(session),
    )


def month(session: Session, *, show: str | None, first: date) -> CalendarMonth | None:
    """Return a month of a show, by default the first show, or None if no shows exist."""
    known = shows.all_shows(session)
    if not known:
        return None
    chosen = _chosen(known, show) if show else known[0]
    last = first.replace(day=monthrange(first.year, first.month)[1])
    lines = {line.local_date: line for line in _lines(session, brief_list.month(session, chosen.id, first, last))}
    days: list[CalendarDay | None] = [None] * first.weekday()
    days += [CalendarDay(day, lines.get(day)) for day in (first + timedelta(days=n) for n in range(last.day))]
    days += [None] * (-len(days) % WEEK)
    weeks = tuple(tuple(days[begin : begin + WEEK]) for begin in range(0, len(days), WEEK))
    return CalendarMonth(_choice(chosen), tuple(_choice(one) for one in known), first, weeks)


def show_choices(session: Session) -> tuple[ShowChoice, ...]:
    """Return every show by slug."""
    return tuple(_choice(one) for one in shows.all_shows(session))


def _chosen(known: Sequence[Show], slug: str) -> Show:
    for show in known:
        if show.slug == slug:
            return show
    raise NotFoundError("there is no such show", code="no_such_show")


def _choice(show: Show) -> ShowChoice:
    return ShowChoice(show.slug, show.title, show.time_zone)


def _lines(session: Session, found: Sequence[Brief]) -> tuple[BriefListRow, ...]:
    ids = [brief.id for brief in found]
    on_air = [brief.current_rendition_id for brief in found if brief.current_rendition_id is not None]
    currents, counts = brief_list.currents(session, on_air), brief_list.item_counts(session, ids)
    jobs = job_lookup.last_of(session, ids)
    return tuple(
        _line(brief, currents.get(brief.current_rendition_id or 0), jobs.get(brief.id), counts.get(brief.id, 0))
        for brief in found
    )


def _line(brief: Brief, current: CurrentRendition | None, job: AudioGenerationJob | None, items: int) -> BriefListRow:
    is_live = job is not None and job.status in LIVE_STATUSES
    standing = status_of(
        brief.state,
        is_live=is_live,
        is_held=brief.held_reason is not None,
        published_failed_items=current.failed_items if current else None,
        last_job_failed=job is not None and job.status == WorkStatus.FAILED,
    )
    reasons = {BriefStatus.HELD: brief.held_reason, BriefStatus.FAILED: job.error if job else None}
    done = f"{job.completed_items + job.failed_items} of {job.total_items}" if job and is_live else None
    return BriefListRow(
        slug=brief.slug,
        show=_choice(brief.show),
        local_date=brief.local_date,
        title=brief.title,
        standing=standing,
        reason=reasons.get(standing),
        done=done,
        items=items,
        current=current,
        updated_at=brief.updated_at,
    )
