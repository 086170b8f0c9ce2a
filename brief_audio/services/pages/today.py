"""The Today page: the state of a show's brief for today, derived from the rows, and everything shown with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from brief_audio.db import listening, shows, today
from brief_audio.db.making import job_page
from brief_audio.db.making.job_page import JobFacts
from brief_audio.db.models import Show
from brief_audio.db.today import BriefOfDay
from brief_audio.domain.errors import NotFoundError
from brief_audio.domain.jobs import BriefState
from brief_audio.domain.rendition_contents import RenditionContents
from brief_audio.domain.time_zones import local
from brief_audio.domain.work import WorkStatus
from brief_audio.services.making.job_page import Progress, progress_of
from brief_audio.services.pages.attention import Attention, AttentionReason, ScheduleOutlook, looked_over, outlook
from brief_audio.services.pages.recent_days import RecentDay, last_days
from brief_audio.services.schedules.next_runs import NextRun


class DayStatus(StrEnum):
    """The state of today's brief; the first of these that applies."""

    QUEUED = "queued"
    WORKING = "working"
    HELD = "held"
    PUBLISHED = "published"
    FAILED = "failed"
    CANCELLED = "cancelled"
    NO_BRIEF = "no brief"
    DRAFT = "draft"
    WAITING = "waiting"  # for its scheduled run
    READY = "ready"  # and no scheduled run is left today


@dataclass(frozen=True, slots=True)
class ShowOfDay:
    """A show that the page can display."""

    id: int
    slug: str
    title: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Today:
    """A show's day; `late` is how long its edition has been overdue."""

    show: ShowOfDay
    shows: tuple[ShowOfDay, ...]
    day: date
    state: DayStatus
    late: timedelta | None
    brief: BriefOfDay | None
    job: JobFacts | None
    progress: Progress | None  # of a live job
    contents: RenditionContents | None  # of the current rendition
    on_air: BriefOfDay | None  # the newest edition that listeners have, of today or earlier
    next_run: NextRun | None
    attention: tuple[Attention, ...]
    days: tuple[RecentDay, ...]

    @property
    def is_live(self) -> bool:
        """Return whether a job is queued or running."""
        return self.state in {DayStatus.QUEUED, DayStatus.WORKING}


def today_of(session: Session, show_slug: str | None, *, now: datetime) -> Today | None:
    """Return the day of a show, by default of the one that needs attention most; None if no shows exist.

    Raise `NotFoundError` for an unknown show.
    """
    known = [_show(show) for show in shows.all_shows(session)]
    if not known:
        return None
    seen = outlook(session, now=now)
    attention = looked_over(session, seen, known_shows={one.id: one.title for one in known}, now=now)
    show = _named(known, show_slug) if show_slug is not None else _first(known, attention)
    return _told(session, show, known, seen, attention, now)


def state_of(brief: BriefOfDay | None, job: JobFacts | None, next_run: NextRun | None) -> DayStatus:
    """Return the state of a day's brief."""
    if job is not None and job.is_live:
        return DayStatus.QUEUED if job.status == WorkStatus.QUEUED else DayStatus.WORKING
    if brief is None:
        return DayStatus.NO_BRIEF
    if brief.held_reason is not None:
        return DayStatus.HELD
    if brief.rendition_id is not None:
        return DayStatus.PUBLISHED
    return _unmade(brief, job, next_run)


def _unmade(brief: BriefOfDay, job: JobFacts | None, next_run: NextRun | None) -> DayStatus:
    ended = {WorkStatus.FAILED: DayStatus.FAILED, WorkStatus.CANCELLED: DayStatus.CANCELLED}
    if job is not None and job.status in ended:
        return ended[WorkStatus(job.status)]
    if brief.state != BriefState.READY:
        return DayStatus.DRAFT
    is_to_come = next_run is not None and next_run.local_date == brief.local_date
    return DayStatus.WAITING if is_to_come else DayStatus.READY


def _told(
    session: Session,
    show: ShowOfDay,
    known: Sequence[ShowOfDay],
    seen: ScheduleOutlook,
    attention: Sequence[Attention],
    now: datetime,
) -> Today:
    day = local(now, show.time_zone).date()
    found = today.briefs_of_day(session, show.id, day)
    brief = next((one for one in found if one.local_date == day), None)
    on_air = next((one for one in found if one.rendition_id is not None), None)
    job = job_page.newest_of_brief(session, brief.id) if brief else None
    next_run = seen.next_runs.get(show.id)
    state = state_of(brief, job, next_run)
    is_live = job is not None and job.is_live
    items = _failed_items(show, brief, job if is_live else None)
    return Today(
        show=show,
        shows=tuple(known),
        day=day,
        state=state,
        late=seen.late_since(show.id, day, now),
        brief=brief,
        job=job,
        progress=progress_of(job, job_page.items(session, job.id), now=now) if job and is_live else None,
        contents=_contents(session, brief) if state is DayStatus.PUBLISHED else None,
        on_air=on_air,
        next_run=next_run,
        attention=(*items, *attention),
        days=tuple(last_days(session, show.id, day)),
    )


def _failed_items(show: ShowOfDay, brief: BriefOfDay | None, live: JobFacts | None) -> list[Attention]:
    """Return an entry if items failed in today's edition or in the job that is making it."""
    if brief is None or brief.held_reason is not None:
        return []
    failed, total = (live.failed_items, live.total_items) if live else (brief.failed_items or 0, brief.spoken_of or 0)
    if not failed:
        return []
    said = f"{failed} of {total} so far." if live else f"{failed} of {total}. Listeners hear the others."
    return [
        Attention(AttentionReason.ITEMS, show.slug, show.title, brief.slug, brief.title, brief.local_date, reason=said)
    ]


def _contents(session: Session, brief: BriefOfDay | None) -> RenditionContents | None:
    if brief is None or brief.rendition_id is None:
        return None
    return RenditionContents.from_json(listening.kept_contents(session, brief.rendition_id))


def _named(known: Sequence[ShowOfDay], slug: str) -> ShowOfDay:
    show = next((one for one in known if one.slug == slug), None)
    if show is None:
        raise NotFoundError(f"there is no show {slug!r}", code="no_such_show", facts={"show": slug})
    return show


def _first(known: Sequence[ShowOfDay], attention: Sequence[Attention]) -> ShowOfDay:
    """Return the show that needs attention most, or else the first."""
    pressing = [one.show_slug for one in attention]
    return next((show for slug in pressing for show in known if show.slug == slug), known[0])


def _show(row: Show) -> ShowOfDay:
    return ShowOfDay(row.id, row.slug, row.title, row.language, row.time_zone)
