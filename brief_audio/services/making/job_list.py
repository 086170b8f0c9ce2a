"""The list of jobs: one page, the notes beside each state, and the counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from brief_audio.db import shows
from brief_audio.db.making import job_list
from brief_audio.db.making.job_list import ItemNote, JobFilter, JobRow
from brief_audio.domain.jobs import NarrationState
from brief_audio.services.shows.shows import ShowLine, all_shows

ROWS = 25
UTC_NAME = "UTC"


@dataclass(frozen=True, slots=True)
class JobListFilter:
    """The filters of a list; the dates are in the zone of `zone_of`, and both are included."""

    state: str | None = None
    show: str | None = None
    asker: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in the list; `speaking` is the position of the item being spoken, `failed` the first failed item."""

    job: JobRow
    speaking: int | None
    failed: ItemNote | None


@dataclass(frozen=True, slots=True)
class JobListing:
    """One page, newest first; `newer` and `older` are the ids at which the pages beside it begin.

    `counts` are the numbers of all jobs by state; None while a filter other than the state is set.
    """

    lines: tuple[JobLine, ...]
    counts: dict[str, int] | None
    shows: tuple[ShowLine, ...]
    zone: str
    newer: int | None
    older: int | None


def listing(
    session: Session, wanted: JobListFilter, *, before: int | None = None, after: int | None = None, limit: int = ROWS
) -> JobListing:
    """Return a page of jobs: the newest, those with ids below `before`, or the next with ids above `after`."""
    known = tuple(all_shows(session))
    zone = zone_of(known, wanted.show)
    rows = _rows(session, wanted, zone, before=before, after=after, limit=limit)
    shown, is_more = _cut(rows, limit, from_below=after is not None)
    return JobListing(
        lines=tuple(_lines(session, shown)),
        counts=None if _filter(wanted, zone).is_narrow else job_list.counts(session),
        shows=known,
        zone=zone,
        newer=shown[0].id if shown and (before is not None or (after is not None and is_more)) else None,
        older=shown[-1].id if shown and (after is not None or is_more) else None,
    )


def zone_of(known: Sequence[ShowLine], show: str | None) -> str:
    """Return the zone of the list's dates: the show's, or the one that all shows share, or UTC."""
    zones = {one.time_zone for one in known if show is None or one.slug == show}
    return zones.pop() if len(zones) == 1 else UTC_NAME


def is_show(session: Session, slug: str) -> bool:
    """Return whether there is a show of that slug."""
    return slug.isprintable() and shows.find_show(session, slug) is not None


def _rows(
    session: Session, wanted: JobListFilter, zone: str, *, before: int | None, after: int | None, limit: int
) -> list[JobRow]:
    return job_list.page(session, _filter(wanted, zone), before=before, after=after, limit=limit + 1)


def _cut(rows: list[JobRow], limit: int, *, from_below: bool) -> tuple[list[JobRow], bool]:
    """Return a page without the extra row, and whether there was one, which means that more follow."""
    is_more = len(rows) > limit
    return (rows[-limit:] if from_below else rows[:limit]), is_more


def _filter(wanted: JobListFilter, zone: str) -> JobFilter:
    return JobFilter(
        state=wanted.state,
        show=wanted.show,
        asker=wanted.asker,
        since=_midnight(wanted.first, zone),
        until=_midnight(_day_after(wanted.last), zone),
    )


def _day_after(day: date | None) -> date | None:
    return day + timedelta(days=1) if day is not None and day != date.max else None


def _midnight(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(zone)) if day is not None else None


def _lines(session: Session, rows: Sequence[JobRow]) -> list[JobLine]:
    notes = job_list.item_notes(session, [row.id for row in rows]) if rows else []
    of = {(note.job_id, note.state): note for note in notes}
    return [
        _line(row, of.get((row.id, NarrationState.SPEAKING)), of.get((row.id, NarrationState.FAILED))) for row in rows
    ]


def _line(row: JobRow, speaking: ItemNote | None, failed: ItemNote | None) -> JobLine:
    return JobLine(row, speaking.position if speaking else None, failed)
