"""Schedules and their ticks; functions take the session first and never commit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, true, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from brief_audio.db.models import AudioGenerationJob, Brief, Rendition, Schedule, Show, Tick

WITH_ALL = (joinedload(Schedule.show), selectinload(Schedule.overrides))


def all_schedules(session: Session, *, show_slug: str | None = None) -> list[Schedule]:
    """Return schedules with their shows and overrides, by show and ID."""
    query = select(Schedule).join(Schedule.show).options(*WITH_ALL).order_by(Show.slug, Schedule.id)
    if show_slug is not None:
        query = query.where(Show.slug == show_slug)
    return list(session.execute(query).scalars())


def enabled_ids(session: Session) -> list[int]:
    """Return the IDs of the enabled schedules."""
    return list(session.execute(select(Schedule.id).where(Schedule.is_enabled).order_by(Schedule.id)).scalars())


def find(session: Session, schedule_id: int, *, for_update: bool = False) -> Schedule | None:
    """Return a schedule; `for_update` locks it until the transaction ends."""
    query = select(Schedule).where(Schedule.id == schedule_id).options(*WITH_ALL)
    if for_update:
        query = query.with_for_update(key_share=True, of=Schedule)
    return session.execute(query).unique().scalar_one_or_none()


def last_tick_date(session: Session, schedule_id: int) -> date | None:
    """Return the local date of the newest past run."""
    return session.execute(select(func.max(Tick.local_date)).where(Tick.schedule_id == schedule_id)).scalar()


def tick_states(session: Session, schedule_id: int, first: date, last: date) -> dict[date, str]:
    """Return the states of the past runs between two dates, by date."""
    of_schedule = Tick.schedule_id == schedule_id
    query = select(Tick.local_date, Tick.state).where(of_schedule, Tick.local_date.between(first, last))
    return {row.local_date: row.state for row in session.execute(query)}


def add_tick(session: Session, row: Mapping[str, object]) -> int | None:
    """Insert a tick and return its ID, None if another scheduler has already inserted it."""
    statement = insert_or_skip(Tick).values(row).on_conflict_do_nothing(index_elements=["schedule_id", "local_date"])
    return session.execute(statement.returning(Tick.id)).scalar()


def open_ticks(session: Session, schedule_id: int) -> list[Tick]:
    """Return the ticks still waiting for a brief, by date."""
    query = select(Tick).where(Tick.schedule_id == schedule_id, Tick.closed_at.is_(None)).order_by(Tick.local_date)
    return list(session.execute(query).scalars())


def take_open_tick(session: Session, tick_id: int) -> bool:
    """Lock a tick if it is open; return False if it isn't, or if another scheduler has locked it."""
    query = select(Tick.id).where(Tick.id == tick_id, Tick.closed_at.is_(None)).with_for_update(skip_locked=True)
    return session.execute(query).scalar() is not None


def take_open_ticks(session: Session, schedule_id: int) -> list[Tick]:
    """Lock the ticks still waiting for a brief, by date."""
    query = select(Tick).where(Tick.schedule_id == schedule_id, Tick.closed_at.is_(None)).order_by(Tick.local_date)
    return list(session.execute(query.with_for_update()).scalars())


def newest_due_ticks(session: Session, schedule_ids: Sequence[int], *, since: datetime, now: datetime) -> list[Tick]:
    """Return each schedule's newest tick that was due to be ready after `since` and no later than `now`."""
    query = (
        select(Tick)
        .where(Tick.schedule_id.in_(schedule_ids), Tick.ready_by > since, Tick.ready_by <= now)
        .ext(distinct_on(Tick.schedule_id))
        .order_by(Tick.schedule_id, Tick.ready_by.desc())
    )
    return list(session.execute(query).scalars())


def take_ticks(session: Session, schedule_id: int, first: date, last: date) -> list[Tick]:
    """Lock the ticks between two dates, by date, so that no scheduler changes them meanwhile."""
    query = select(Tick).where(Tick.schedule_id == schedule_id, Tick.local_date.between(first, last))
    return list(session.execute(query.order_by(Tick.local_date).with_for_update()).scalars())


def set_tick(session: Session, tick_id: int, **values: object) -> None:
    """Update a tick."""
    session.execute(update(Tick).where(Tick.id == tick_id).values(**values))


def daily_brief(session: Session, show_id: int, day: date) -> Brief | None:
    """Return the brief for a show and date. All code that needs it must call this."""
    return session.execute(select(Brief).where(Brief.show_id == show_id, Brief.local_date == day)).scalar_one_or_none()


def ticks(session: Session, schedule_id: int, *, limit: int) -> list[Tick]:
    """Return a schedule's newest ticks, newest first."""
    query = select(Tick).where(Tick.schedule_id == schedule_id).order_by(Tick.local_date.desc()).limit(limit)
    return list(session.execute(query).scalars())


def unjudged_ticks(session: Session, *, since: datetime, now: datetime) -> list[int]:
    """Return the ticks that are past their time to be ready but have not been checked for lateness.

    Ticks of disabled schedules are left out: they can't be late.
    """
    query = (
        select(Tick.id)
        .join(Tick.schedule)
        .where(Tick.ready_by > since, Tick.ready_by <= now, Tick.judged_at.is_(None))
        .where(Schedule.is_enabled)
    )
    return list(session.execute(query.order_by(Tick.id)).scalars())


def take_unjudged_tick(session: Session, tick_id: int) -> Tick | None:
    """Lock a tick that has not been checked for lateness, None if another scheduler has locked it."""
    query = select(Tick).where(Tick.id == tick_id, Tick.judged_at.is_(None))
    return session.execute(query.with_for_update(skip_locked=True)).scalar_one_or_none()


OF_JOB = (AudioGenerationJob.status, AudioGenerationJob.finished_at, Rendition.published_at)


def newest_runs(session: Session, schedule_id: int, *, limit: int) -> Sequence[Row[Any]]:
    """Return (tick, job status, when the job finished, when its rendition was published), newest first."""
    query = _with_job_of(select(Tick, *OF_JOB).select_from(Tick), Tick).where(Tick.schedule_id == schedule_id)
    return session.execute(query.order_by(Tick.local_date.desc()).limit(limit)).all()


def last_run_of_each(session: Session) -> Sequence[Row[Any]]:
    """Return the same as `newest`, for the last run of every schedule that has had one."""
    # One index lookup per schedule: sorting years of ticks would take longer every year.
    newest_first = select(Tick).where(Tick.schedule_id == Schedule.id).order_by(Tick.local_date.desc())
    last = newest_first.limit(1).lateral()
    tick = aliased(Tick, last)
    return session.execute(_with_job_of(select(tick, *OF_JOB).select_from(Schedule).join(last, true()), tick)).all()


def _with_job_of(ticks: Any, tick: Any) -> Select[Any]:
    made: Select[Any] = ticks.outerjoin(AudioGenerationJob, AudioGenerationJob.id == tick.job_id)
    return made.outerjoin(Rendition, Rendition.job_id == AudioGenerationJob.id)
