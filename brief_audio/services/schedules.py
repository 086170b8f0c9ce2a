"""Making, changing and showing schedules: every rule about them is checked here, whoever asks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from brief_audio.db import events, schedules, shows
from brief_audio.db.models import Schedule
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotFoundError
from brief_audio.domain.schedule.cron import Cron, parse_cron
from brief_audio.domain.schedule.instants import Shift
from brief_audio.domain.schedule.nights import Night, NightKind, nights
from brief_audio.domain.schedule.wording import in_words
from brief_audio.domain.shows import check_zone
from brief_audio.services.schedule_rules import refuse_idle_overrides, rule_of, told

LONGEST_CATCH_UP = timedelta(days=1)
A_YEAR = 366
MOST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class SchedulePlan:
    """What somebody wants of a schedule; None leaves what stands, or takes what is usual."""

    cron: str | None = None
    time_zone: str | None = None
    catch_up: timedelta | None = None
    ready_by: time | None = None
    has_ready_by: bool = True  # False takes it away


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """A schedule in a list."""

    id: int
    show: str
    cron: str
    time_zone: str
    in_words: str
    catch_up_minutes: int
    ready_by: time | None
    is_enabled: bool
    overrides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NightLine:
    """A night to come; `local` is what the clock on the wall will show, None where nothing runs."""

    schedule_id: int
    local_date: date
    kind: NightKind
    local: str | None
    due_at: datetime | None
    shift: Shift
    note: str


def add(session: Session, show_slug: str, plan: SchedulePlan, *, now: datetime, actor: str) -> ScheduleLine:
    """Make a schedule for a show; it answers for nights from now on.

    Raise `NotFoundError`, `InvalidInputError` for what can never be meant, and `ConflictError` where another schedule
    of the show has a night on the same date.
    """
    show = shows.find_show(session, show_slug)
    if show is None:
        raise NotFoundError(f"there is no show {show_slug!r}; `manage.py shows list` shows those there are")
    shows.lock(session, show.id)
    if plan.cron is None:
        raise InvalidInputError("a schedule needs a cron expression, such as '30 5 * * mon-fri'")
    made = Schedule(
        show=show, cron="", time_zone=show.time_zone, catch_up_minutes=360, is_enabled=True, since=now, overrides=[]
    )
    _apply(made, plan)
    _refuse_shared_dates(session, made, now)
    session.add(made)
    session.flush()
    events.record(session, actor, "schedule.added", message=f"{show.slug}: {_in_words(made)}")
    return line_of(made)


def edit(session: Session, schedule_id: int, plan: SchedulePlan, *, now: datetime, actor: str) -> ScheduleLine:
    """Change a schedule; nights that have come stay as they are. Raise as `add` does."""
    schedule = locked(session, schedule_id)
    _apply(schedule, plan)
    _refuse_shared_dates(session, schedule, now)
    refuse_idle_overrides(schedule)
    schedule.since = now
    events.record(session, actor, "schedule.edited", message=f"{schedule.show.slug}: {_in_words(schedule)}")
    return line_of(schedule)


def remove(session: Session, schedule_id: int, *, actor: str) -> None:
    """Delete a schedule with its ticks; jobs and editions stay."""
    schedule = locked(session, schedule_id)
    events.record(session, actor, "schedule.removed", message=f"{schedule.show.slug}: {_in_words(schedule)}")
    session.delete(schedule)


def switch(session: Session, schedule_id: int, *, is_enabled: bool, now: datetime, actor: str) -> ScheduleLine:
    """Enable or disable a schedule; nights that passed while it was off are not made up for."""
    schedule = locked(session, schedule_id)
    if schedule.is_enabled != is_enabled:
        schedule.is_enabled = is_enabled
        schedule.since = now
        kind = "schedule.enabled" if is_enabled else "schedule.disabled"
        events.record(session, actor, kind, message=f"{schedule.show.slug}: {_in_words(schedule)}")
    return line_of(schedule)


def listed(session: Session, *, show_slug: str | None = None) -> list[ScheduleLine]:
    """Return every schedule, or those of one show."""
    return [line_of(schedule) for schedule in schedules.all_schedules(session, show_slug=show_slug)]


def preview(session: Session, show_slug: str, first: date, days: int) -> list[NightLine]:
    """Return the nights of a show's schedules from `first` on, by the function that the scheduler itself uses.

    Raise `NotFoundError` where the show has none.
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInputError(f"{days} days cannot be shown: ask for 1 to {MOST_DAYS}")
    found = schedules.all_schedules(session, show_slug=show_slug)
    if not found:
        raise NotFoundError(f"the show {show_slug!r} has no schedule; `manage.py schedules add` makes one")
    last = first + timedelta(days=min(days - 1, (date.max - first).days))
    told = [
        _night_line(one.id, rule.zone, night)
        for one in found
        for rule in [rule_of(one)]
        for night in nights(rule, first, last)
    ]
    return sorted(told, key=lambda one: (one.local_date, one.schedule_id))


def _night_line(schedule_id: int, zone: ZoneInfo, night: Night) -> NightLine:
    local = night.due_at.astimezone(zone) if night.due_at else None
    notes: list[str] = [night.kind] if night.kind != NightKind.REGULAR else []
    if night.shift is Shift.GAP:
        notes.append(f"{night.local_time:%H:%M} does not exist: clocks go forward")
    if night.shift is Shift.OVERLAP:
        notes.append(f"{night.local_time:%H:%M} comes twice: the first counts")
    return NightLine(
        schedule_id=schedule_id,
        local_date=night.local_date,
        kind=night.kind,
        local=f"{local:%H:%M}" if local else None,
        due_at=night.due_at,
        shift=night.shift,
        note="; ".join(notes),
    )


def locked(session: Session, schedule_id: int) -> Schedule:
    """Return a schedule about which nobody else decides until the transaction ends; raise `NotFoundError`."""
    schedule = schedules.find(session, schedule_id, for_update=True)
    if schedule is None:
        raise NotFoundError(f"there is no schedule {schedule_id}; `manage.py schedules list` shows those there are")
    shows.lock(session, schedule.show_id)
    return schedule


def _apply(schedule: Schedule, plan: SchedulePlan) -> None:
    cron = parse_cron(plan.cron if plan.cron is not None else schedule.cron)
    schedule.cron = cron.text
    schedule.time_zone = check_zone(plan.time_zone or schedule.time_zone).key
    if plan.catch_up is not None:
        if not timedelta(minutes=1) <= plan.catch_up <= LONGEST_CATCH_UP:
            raise InvalidInputError("the catch-up window must be from one minute to 24 hours")
        schedule.catch_up_minutes = int(plan.catch_up.total_seconds() // 60)
    schedule.ready_by = (plan.ready_by or schedule.ready_by) if plan.has_ready_by else None
    if schedule.ready_by is not None and schedule.ready_by <= cron.at:
        raise InvalidInputError(
            f"ready by {schedule.ready_by:%H:%M} is not after the start at {cron.at:%H:%M}: give a later time"
        )


def _refuse_shared_dates(session: Session, schedule: Schedule, now: datetime) -> None:
    """Raise `ConflictError` where two schedules of one show would both have a night on some date of the next year."""
    others = schedules.all_schedules(session, show_slug=schedule.show.slug)
    rule = rule_of(schedule)
    today = now.astimezone(rule.zone).date()
    for other in others:
        if other.id == schedule.id:
            continue
        shared = _shared_date(rule.cron, rule_of(other).cron, today)
        if shared is not None:
            raise ConflictError(
                f"schedule {other.id} ({_in_words(other)}) has a night on {shared.isoformat()}, too:"
                " two editions a day are two shows"
            )


def _shared_date(one: Cron, other: Cron, first: date) -> date | None:
    days = (first + timedelta(days=number) for number in range(A_YEAR))
    return next((day for day in days if one.fits(day) and other.fits(day)), None)


def line_of(schedule: Schedule) -> ScheduleLine:
    """Return a schedule as it is shown."""
    return ScheduleLine(
        id=schedule.id,
        show=schedule.show.slug,
        cron=schedule.cron,
        time_zone=schedule.time_zone,
        in_words=_in_words(schedule),
        catch_up_minutes=schedule.catch_up_minutes,
        ready_by=schedule.ready_by,
        is_enabled=schedule.is_enabled,
        overrides=tuple(told(one) for one in schedule.overrides),
    )


def _in_words(schedule: Schedule) -> str:
    return in_words(parse_cron(schedule.cron), schedule.time_zone)
