"""What needs attention in all shows: late editions, held briefs, failed jobs, next runs without a ready brief."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from brief_audio.db import schedules, today
from brief_audio.db.models import Schedule
from brief_audio.db.today import BriefTrouble, EditionStatus
from brief_audio.domain.jobs import BriefState
from brief_audio.services.schedules.late_editions import LateEdition, editions_owed
from brief_audio.services.schedules.next_runs import NextRun, next_run

FAILED_FOR = timedelta(days=2)  # an older failure is history, not something to do
LATE_FOR = timedelta(days=2)
NIGHT_WITHIN = timedelta(hours=24)
MOST = 5


class AttentionReason(StrEnum):
    """Why something needs attention, the most urgent first."""

    LATE = "late"
    HELD = "held"
    FAILED = "failed"
    ITEMS = "items"  # failed in today's edition or in the job that is making it
    NO_BRIEF = "no brief"  # for the next run
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that needs a person's attention."""

    need: AttentionReason
    show_slug: str
    show_title: str
    brief_slug: str | None = None
    title: str = ""
    local_date: date | None = None
    job_id: int | None = None
    reason: str = ""
    at: datetime | None = None  # when it became late, or when the run is due


@dataclass(frozen=True, slots=True)
class PromisedEdition:
    """A scheduled run of a show: a past one whose edition should be out by now, or the next one."""

    show_id: int
    show_slug: str
    local_date: date
    at: datetime


@dataclass(frozen=True, slots=True)
class ScheduleOutlook:
    """The scheduled runs of all shows: the next one of each, and the newest edition that each owes."""

    next_runs: Mapping[int, NextRun]
    promised: tuple[PromisedEdition, ...]
    coming: tuple[PromisedEdition, ...]
    standings: Mapping[tuple[int, date], EditionStatus]

    def late(self) -> Iterator[PromisedEdition]:
        """Yield the editions that are due and not published."""
        for one in self.promised:
            standing = self.standings.get((one.show_id, one.local_date))
            if standing is None or not standing.is_out:
                yield one

    def late_since(self, show_id: int, day: date, now: datetime) -> timedelta | None:
        """Return how long the edition of a show's date has been late, or None if it is not."""
        found = [one for one in self.late() if (one.show_id, one.local_date) == (show_id, day)]
        return now - found[0].at if found else None


def outlook(session: Session, *, now: datetime) -> ScheduleOutlook:
    """Return the scheduled runs of all shows, by their schedules."""
    enabled = [one for one in schedules.all_schedules(session) if one.is_enabled]
    last = today.last_nights(session) if enabled else {}
    runs = [(one, next_run(one, last.get(one.id), now=now)) for one in enabled]
    owing = editions_owed(session, enabled, now=now) if enabled else []
    promised = tuple(_promised(one, late) for one, late in owing if _is_fresh(late, now))
    coming = tuple(due for one, run in runs if run and (due := _coming(one, run, now)))
    dates = {(one.show_id, one.local_date) for one in (*promised, *coming)}
    found = today.edition_statuses(session, sorted(dates)) if dates else []
    standings = {(one.show_id, one.local_date): one for one in found}
    return ScheduleOutlook(_earliest(runs), promised, coming, standings)


def looked_over(
    session: Session, seen: ScheduleOutlook, *, known_shows: Mapping[int, str], now: datetime
) -> list[Attention]:
    """Return what needs attention, the most urgent first."""
    troubles = today.troubles(session, failed_since=now - FAILED_FOR, limit=MOST)
    found = [
        *(_late(one, known_shows, seen) for one in seen.late()),
        *(_trouble(one) for one in troubles),
        *_not_ready(seen, known_shows),
    ]
    order = list(AttentionReason)
    return sorted(found, key=lambda one: order.index(one.need))


def _earliest(runs: list[tuple[Schedule, NextRun | None]]) -> dict[int, NextRun]:
    """Return each show's next run over all of its schedules."""
    earliest: dict[int, NextRun] = {}
    for schedule, run in runs:
        known = earliest.get(schedule.show_id)
        if run is not None and run.due_at and (known is None or known.due_at is None or run.due_at < known.due_at):
            earliest[schedule.show_id] = run
    return earliest


def _is_fresh(late: LateEdition, now: datetime) -> bool:
    return now - late.ready_by < LATE_FOR


def _promised(schedule: Schedule, late: LateEdition) -> PromisedEdition:
    return PromisedEdition(schedule.show_id, schedule.show.slug, late.local_date, late.ready_by)


def _coming(schedule: Schedule, run: NextRun, now: datetime) -> PromisedEdition | None:
    if run.due_at is None or run.due_at - now > NIGHT_WITHIN:
        return None
    return PromisedEdition(schedule.show_id, schedule.show.slug, run.local_date, run.due_at)


def _late(one: PromisedEdition, titles: Mapping[int, str], seen: ScheduleOutlook) -> Attention:
    standing = seen.standings.get((one.show_id, one.local_date))
    slug = standing.slug if standing else None
    return Attention(
        AttentionReason.LATE, one.show_slug, titles[one.show_id], slug, local_date=one.local_date, at=one.at
    )


def _trouble(one: BriefTrouble) -> Attention:
    need = AttentionReason.HELD if one.job_id is None else AttentionReason.FAILED
    return Attention(
        need, one.show_slug, one.show_title, one.brief_slug, one.title, one.local_date, one.job_id, one.reason
    )


def _not_ready(seen: ScheduleOutlook, titles: Mapping[int, str]) -> Iterator[Attention]:
    for one in seen.coming:
        standing = seen.standings.get((one.show_id, one.local_date))
        if standing is None:
            yield Attention(
                AttentionReason.NO_BRIEF, one.show_slug, titles[one.show_id], local_date=one.local_date, at=one.at
            )
        elif standing.state != BriefState.READY:
            yield Attention(
                AttentionReason.DRAFT,
                one.show_slug,
                titles[one.show_id],
                standing.slug,
                local_date=one.local_date,
                at=one.at,
            )
