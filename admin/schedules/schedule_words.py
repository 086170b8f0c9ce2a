"""Coming and past scheduled runs in words for a page: dates, times and a mark for anything unusual."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from brief_audio.domain.schedule.local_time import ClockShift
from brief_audio.domain.schedule.scheduled_runs import RunKind
from brief_audio.domain.schedule.ticks import OverrideKind, TickState
from brief_audio.domain.work import WorkStatus
from brief_audio.services.schedules.next_runs import NextRun
from brief_audio.services.schedules.run_history import PastRunWithJob
from brief_audio.services.schedules.schedule_page import DecidedDates

AN_HOUR = timedelta(hours=1)
ALMOST_A_YEAR = timedelta(days=330)
_MADE = {
    WorkStatus.QUEUED: ("queued", "Queued"),
    WorkStatus.PROCESSING: ("processing", "Running"),
    WorkStatus.COMPLETED: ("held", "Completed, not published"),
    WorkStatus.FAILED: ("failed", "Job failed"),
    WorkStatus.CANCELLED: ("cancelled", "Job cancelled"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state with its label, and details in small print."""

    state: str
    word: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A coming run as a table shows it."""

    day: str
    iso: str
    local: str
    offset: str
    utc: str
    due_at: datetime | None
    marks: tuple[Mark, ...]
    is_skipped: bool
    is_shifted: bool
    is_decided: bool  # by a person, who can undo it


@dataclass(frozen=True, slots=True)
class NightRow:
    """A past run as a table shows it."""

    day: str
    due_at: datetime
    mark: Mark
    job_id: int | None


def run_rows(runs: tuple[NextRun, ...], zone: str, now: datetime) -> list[RunRow]:
    """Return a schedule's coming runs, with times in `zone`."""
    return [_run_row(run, zone, now) for run in runs]


def night_row(night: PastRunWithJob, zone: str) -> NightRow:
    """Return a past run, with times in `zone`."""
    return NightRow(day_of(night.local_date, night.due_at), night.due_at, mark_of(night, zone), night.job_id)


def mark_of(night: PastRunWithJob, zone: str) -> Mark:
    """Return the result of a past run."""
    match night.state:
        case TickState.MADE | TickState.JOINED:
            return _mark_of_job(night, zone)
        case TickState.ALREADY_PUBLISHED:
            return Mark("completed", "Already published")
        case TickState.MISSED:
            return Mark("failed", "Missed", "no scheduler was running in time")
        case TickState.NO_BRIEF:
            return _mark_of_waiting(night, zone, "Waiting for a brief", "No brief")
        case TickState.NOT_READY:
            return _mark_of_waiting(night, zone, "Waiting for the brief to be ready", "Brief was not ready")


def day_of(day: date, now: datetime) -> str:
    """Return a date for a table, with its year if that isn't obvious: `Sat 21 Mar`."""
    is_near = abs(day - now.date()) < ALMOST_A_YEAR
    return f"{day:%a} {day.day} {day:%b}" + ("" if is_near else f" {day.year}")


def decided_words(decided: DecidedDates) -> str:
    """Return a change to coming dates in words: `Skipped from Thu 24 Dec 2026 to Sat 26 Dec 2026`."""
    first, last = (f"{day:%a} {day.day} {day:%b %Y}" for day in (decided.first, decided.last))
    match decided.kind:
        case OverrideKind.SKIP:
            return f"Skipped on {first}" if first == last else f"Skipped from {first} to {last}"
        case OverrideKind.MOVE:
            return f"Moved to {decided.at:%H:%M} on {first}"
        case OverrideKind.EXTRA:
            return f"Extra run on {first} at {decided.at:%H:%M}"


def _run_row(run: NextRun, zone: str, now: datetime) -> RunRow:
    at = run.local or datetime.combine(run.local_date, run.planned, ZoneInfo(zone))
    return RunRow(
        day=day_of(run.local_date, now),
        iso=run.local_date.isoformat(),
        local=f"{at:%H:%M}",
        offset=_offset(at),
        utc=f"{run.due_at.astimezone(UTC):%a %H:%M}" if run.due_at else "",
        due_at=run.due_at,
        marks=tuple(_marks(run)),
        is_skipped=run.due_at is None,
        is_shifted=run.shift is not ClockShift.NONE,
        is_decided=run.kind in {RunKind.SKIPPED, RunKind.MOVED, RunKind.EXTRA},
    )


def _marks(run: NextRun) -> list[Mark]:
    marks = [Mark("processing", "Due now")] if run.is_due else []
    match run.kind:
        case RunKind.SKIPPED:
            marks.append(Mark("skipped", "Skipped"))
        case RunKind.NO_SUCH_DATE:
            marks.append(Mark("skipped", "No such date", "the time zone skips it"))
        case RunKind.MOVED:
            marks.append(Mark("new", "Moved", f"usually at {run.usual:%H:%M}"))
        case RunKind.EXTRA:
            marks.append(Mark("new", "Extra run"))
        case RunKind.REGULAR:
            pass
    return [*marks, *_shift_marks(run)]


def _shift_marks(run: NextRun) -> list[Mark]:
    if run.shift is ClockShift.GAP:
        ran = f", runs at {run.local:%H:%M}" if run.local else ""
        return [Mark("late", "Clocks go forward", f"{run.planned:%H:%M} does not exist{ran}")]
    if run.shift is ClockShift.OVERLAP:
        return [Mark("late", "Clocks go back", f"{run.planned:%H:%M} occurs twice, runs the first time")]
    return []


def _mark_of_job(night: PastRunWithJob, zone: str) -> Mark:
    if night.published_at is not None:
        at = f"{night.published_at.astimezone(ZoneInfo(zone)):%H:%M}"
        return Mark("late", f"Published late, {at}") if night.was_late else Mark("completed", f"Published {at}")
    if night.job_status is None:
        return Mark("completed", "Job created")
    state, word = _MADE[night.job_status]
    return Mark(state, word, "late" if night.was_late else "")


def _mark_of_waiting(night: PastRunWithJob, zone: str, waits: str, closed: str) -> Mark:
    if night.is_open:
        return Mark("queued", waits, f"until {night.open_until.astimezone(ZoneInfo(zone)):%H:%M}")
    return Mark("errors", closed)


def _offset(at: datetime) -> str:
    """Return a local time's offset from UTC: `UTC+1`, `UTC−3:30`."""
    offset = at.utcoffset() or timedelta(0)
    hours, rest = divmod(abs(offset), AN_HOUR)
    minutes = f":{rest.seconds // 60:02}" if rest else ""
    return "UTC" if not offset else f"UTC{'−' if offset < timedelta(0) else '+'}{hours}{minutes}"
