"""Schedules and their ticks; functions take the session first and never commit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session, joinedload, selectinload

from brief_audio.db.models import Brief, Schedule, Show, Tick

WITH_ALL = (joinedload(Schedule.show), selectinload(Schedule.overrides))


def all_schedules(session: Session, *, show_slug: str | None = None) -> list[Schedule]:
    """Return schedules with their shows and overrides, by show and number."""
    query = select(Schedule).join(Schedule.show).options(*WITH_ALL).order_by(Show.slug, Schedule.id)
    if show_slug is not None:
        query = query.where(Show.slug == show_slug)
    return list(session.execute(query).scalars())


def enabled_ids(session: Session) -> list[int]:
    """Return the numbers of the schedules that are to be kept."""
    return list(session.execute(select(Schedule.id).where(Schedule.is_enabled).order_by(Schedule.id)).scalars())


def find(session: Session, schedule_id: int, *, for_update: bool = False) -> Schedule | None:
    """Return a schedule; `for_update` lets nobody else decide about it until the transaction ends."""
    query = select(Schedule).where(Schedule.id == schedule_id).options(*WITH_ALL)
    if for_update:
        query = query.with_for_update(key_share=True, of=Schedule)
    return session.execute(query).unique().scalar_one_or_none()


def last_tick_date(session: Session, schedule_id: int) -> date | None:
    """Return the local date of the newest night that came."""
    return session.execute(select(func.max(Tick.local_date)).where(Tick.schedule_id == schedule_id)).scalar()


def tick_states(session: Session, schedule_id: int, first: date, last: date) -> dict[date, str]:
    """Return what became of the nights that came from `first` to `last`, by date."""
    of_schedule = Tick.schedule_id == schedule_id
    query = select(Tick.local_date, Tick.state).where(of_schedule, Tick.local_date.between(first, last))
    return {row.local_date: row.state for row in session.execute(query)}


def add_tick(session: Session, row: Mapping[str, object]) -> int | None:
    """Insert a tick; return None where another scheduler has done so."""
    statement = insert_or_skip(Tick).values(row).on_conflict_do_nothing(index_elements=["schedule_id", "local_date"])
    return session.execute(statement.returning(Tick.id)).scalar()


def open_ticks(session: Session, schedule_id: int) -> list[Tick]:
    """Return the ticks that still wait for a brief, by date."""
    query = select(Tick).where(Tick.schedule_id == schedule_id, Tick.closed_at.is_(None)).order_by(Tick.local_date)
    return list(session.execute(query).scalars())


def take_open_tick(session: Session, tick_id: int) -> bool:
    """Lock a tick that is open; return False where it is not, or where another scheduler has it in hand."""
    query = select(Tick.id).where(Tick.id == tick_id, Tick.closed_at.is_(None)).with_for_update(skip_locked=True)
    return session.execute(query).scalar() is not None


def take_open_ticks(session: Session, schedule_id: int) -> list[Tick]:
    """Lock the ticks that still wait for a brief, by date."""
    query = select(Tick).where(Tick.schedule_id == schedule_id, Tick.closed_at.is_(None)).order_by(Tick.local_date)
    return list(session.execute(query.with_for_update()).scalars())


def newest_due_ticks(session: Session, schedule_ids: Sequence[int], *, since: datetime, now: datetime) -> list[Tick]:
    """Return of each schedule the newest tick whose time to be ready came after `since` and has passed."""
    query = (
        select(Tick)
        .where(Tick.schedule_id.in_(schedule_ids), Tick.ready_by > since, Tick.ready_by <= now)
        .ext(distinct_on(Tick.schedule_id))
        .order_by(Tick.schedule_id, Tick.ready_by.desc())
    )
    return list(session.execute(query).scalars())


def take_ticks(session: Session, schedule_id: int, first: date, last: date) -> list[Tick]:
    """Lock the ticks from `first` to `last`, by date, so that no scheduler decides about them meanwhile."""
    query = select(Tick).where(Tick.schedule_id == schedule_id, Tick.local_date.between(first, last))
    return list(session.execute(query.order_by(Tick.local_date).with_for_update()).scalars())


def set_tick(session: Session, tick_id: int, **values: object) -> None:
    """Write what became of a tick."""
    session.execute(update(Tick).where(Tick.id == tick_id).values(**values))


def daily_brief(session: Session, show_id: int, day: date) -> Brief | None:
    """Return the brief for a show and date: the one answer to that question."""
    return session.execute(select(Brief).where(Brief.show_id == show_id, Brief.local_date == day)).scalar_one_or_none()


def ticks(session: Session, schedule_id: int, *, limit: int) -> list[Tick]:
    """Return a schedule's newest ticks, the newest first."""
    query = select(Tick).where(Tick.schedule_id == schedule_id).order_by(Tick.local_date.desc()).limit(limit)
    return list(session.execute(query).scalars())


def unjudged_ticks(session: Session, *, since: datetime, now: datetime) -> list[int]:
    """Return the ticks whose time to be ready has passed and of which nobody has decided yet whether they are late.

    Those of schedules that are disabled are nobody's promise.
    """
    query = (
        select(Tick.id)
        .join(Tick.schedule)
        .where(Tick.ready_by > since, Tick.ready_by <= now, Tick.judged_at.is_(None))
        .where(Schedule.is_enabled)
    )
    return list(session.execute(query.order_by(Tick.id)).scalars())


def take_unjudged_tick(session: Session, tick_id: int) -> Tick | None:
    """Lock a tick of which nobody has decided yet whether it is late; None where another scheduler has it in hand."""
    query = select(Tick).where(Tick.id == tick_id, Tick.judged_at.is_(None))
    return session.execute(query.with_for_update(skip_locked=True)).scalar_one_or_none()
