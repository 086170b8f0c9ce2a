"""Data for the first page: the day's brief, what listeners hear, the last thirty days, and what needs attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, literal, select, text, tuple_
from sqlalchemy.orm import Session, aliased

from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Brief, Item, Rendition, Show, Tick
from brief_audio.domain.work import WorkStatus


@dataclass(frozen=True, slots=True)
class BriefOfDay:
    """A brief with its current rendition, if any; `stored` is the number of its newest unpublished one."""

    id: int
    slug: str
    title: str
    local_date: date | None
    state: str
    held_reason: str | None
    item_count: int
    stored: int | None
    rendition_id: int | None
    number: int | None
    published_at: datetime | None
    made_at: datetime | None
    duration_ms: int | None
    size_bytes: int | None
    spoken_of: int | None  # number of items in the rendition
    failed_items: int | None
    audio_object: str | None
    captions_object: str | None
    loudness_lufs: float | None
    true_peak_dbtp: float | None
    voices: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a show: its brief, the rendition, the newest job, and the past scheduled run."""

    day: date
    slug: str | None
    is_held: bool
    published_at: datetime | None
    failed_items: int | None
    job_status: str | None
    is_late: bool
    tick_state: str | None
    is_skipped: bool


@dataclass(frozen=True, slots=True)
class BriefTrouble:
    """A brief that is held (`job_id` is None) or whose newest job failed."""

    show_slug: str
    show_title: str
    brief_slug: str
    title: str
    local_date: date | None
    job_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class EditionStatus:
    """The state of a show's brief for a date."""

    show_id: int
    local_date: date
    slug: str
    state: str
    is_out: bool


NewestStored = aliased(Rendition)
BRIEF = (
    Brief.id,
    Brief.slug,
    Brief.title,
    Brief.local_date,
    Brief.state,
    Brief.held_reason,
    select(func.count()).where(Item.brief_id == Brief.id).scalar_subquery(),
    select(func.max(NewestStored.number))
    .where(NewestStored.brief_id == Brief.id, NewestStored.state == "stored")
    .scalar_subquery(),
)
RENDITION = (
    Rendition.id,
    Rendition.number,
    Rendition.published_at,
    Rendition.created_at,
    Rendition.duration_ms,
    Rendition.size_bytes,
    Rendition.item_count,
    Rendition.failed_items,
    Rendition.audio_object,
    Rendition.captions_object,
    Rendition.loudness_lufs,
    Rendition.true_peak_dbtp,
    Rendition.voices,
)
# One row per day, by index only. A run is late if the scheduler marked it late or it was published after `ready_by`.
DAYS = text("""
    SELECT day::date, brief.slug, brief.held_reason IS NOT NULL AS is_held,
           coalesce(rendition.published_at, rendition.created_at) AS published_at, rendition.failed_items, job.status,
           coalesce(tick.late_told_at IS NOT NULL OR rendition.published_at > tick.ready_by, false) AS is_late,
           tick.state AS tick_state,
           EXISTS (SELECT FROM schedule_override skip JOIN schedule ON schedule.id = skip.schedule_id
                   WHERE schedule.show_id = :show AND skip.kind = 'skip'
                     AND day::date BETWEEN skip.first_date AND skip.last_date) AS is_skipped
    FROM generate_series(CAST(:first AS timestamp), CAST(:last AS timestamp), interval '1 day') AS day
    LEFT JOIN brief ON brief.show_id = :show AND brief.local_date = day::date
    LEFT JOIN rendition ON rendition.id = brief.current_rendition_id
    LEFT JOIN LATERAL (SELECT status FROM audio_generation_job WHERE brief_id = brief.id
                       ORDER BY id DESC LIMIT 1) job ON true
    LEFT JOIN LATERAL (SELECT tick.* FROM tick JOIN schedule ON schedule.id = tick.schedule_id
                       WHERE schedule.show_id = :show AND tick.local_date = day::date
                       ORDER BY tick.id DESC LIMIT 1) tick ON true
    ORDER BY day
""")


def briefs_of_day(session: Session, show_id: int, day: date) -> list[BriefOfDay]:
    """Return a show's brief for a date and the one with the edition listeners have now: none, one or two briefs."""
    published = select(Brief.id).where(Brief.show_id == show_id, Brief.current_rendition_id.is_not(None))
    newest = published.where(Brief.local_date <= day).order_by(Brief.local_date.desc()).limit(1).scalar_subquery()
    of_day = select(Brief.id).where(Brief.show_id == show_id, Brief.local_date == day).scalar_subquery()
    columns: tuple[Any, ...] = (*BRIEF, *RENDITION)
    found = select(*columns).outerjoin(Rendition, Rendition.id == Brief.current_rendition_id)
    rows = session.execute(found.where(Brief.id.in_([newest, of_day])).order_by(Brief.local_date.desc()))
    return [BriefOfDay(*row) for row in rows]


def days(session: Session, show_id: int, first: date, last: date) -> list[DayRow]:
    """Return what happened on a show's dates, both included, oldest first."""
    rows = session.execute(DAYS, {"show": show_id, "first": first, "last": last})
    return [DayRow(*row) for row in rows]


def troubles(session: Session, *, failed_since: datetime, limit: int) -> list[BriefTrouble]:
    """Return the held briefs, newest first, and those whose newest job has failed since `failed_since`."""
    shown = (Show.slug, Show.title, Brief.slug, Brief.title, Brief.local_date)
    held = select(*shown, literal(None), Brief.held_reason).join(Show, Show.id == Brief.show_id)
    held = held.where(Brief.held_at.is_not(None)).order_by(Brief.held_at.desc()).limit(limit)
    newer = aliased(Job)
    is_last = ~select(newer.id).where(newer.brief_id == Job.brief_id, newer.id > Job.id).exists()
    failed = select(*shown, Job.id, func.coalesce(Job.error, "")).join(Brief, Brief.id == Job.brief_id)
    failed = failed.join(Show, Show.id == Brief.show_id).where(Job.status == WorkStatus.FAILED)
    failed = failed.where(Job.finished_at >= failed_since, is_last).order_by(Job.id.desc()).limit(limit)
    return [_trouble(row) for row in session.execute(held.union_all(failed))]


def edition_statuses(session: Session, dates: Sequence[tuple[int, date]]) -> list[EditionStatus]:
    """Return the state of the briefs for these shows and dates; missing briefs are left out."""
    columns = (Brief.show_id, Brief.local_date, Brief.slug, Brief.state, Brief.current_rendition_id.is_not(None))
    found = select(*columns).where(tuple_(Brief.show_id, Brief.local_date).in_(dates))
    return [
        EditionStatus(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(found) if row[1] is not None
    ]


def last_nights(session: Session) -> dict[int, date]:
    """Return the local date of each schedule's newest past run."""
    found = select(Tick.schedule_id, func.max(Tick.local_date)).group_by(Tick.schedule_id)
    return {row[0]: row[1] for row in session.execute(found)}


def _trouble(row: Row[*tuple[Any, ...]]) -> BriefTrouble:
    return BriefTrouble(*row)
