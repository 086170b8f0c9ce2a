"""Find a show or a schedule, with one error for those that do not exist."""

from sqlalchemy.orm import Session

from brief_audio.db import schedules, shows
from brief_audio.db.models import Schedule, Show
from brief_audio.domain.errors import NotFoundError


def show_by_slug(session: Session, slug: str) -> Show:
    """Return the show with that slug; raise `NotFoundError`."""
    show = shows.find_show(session, slug)
    if show is None:
        raise NotFoundError(f"there is no show {slug!r}", code="no_such_show", facts={"show": slug})
    return show


def schedule_by_id(session: Session, schedule_id: int, *, for_update: bool = False) -> Schedule:
    """Return the schedule with that id; raise `NotFoundError`."""
    schedule = schedules.find(session, schedule_id, for_update=for_update)
    if schedule is None:
        raise NotFoundError(f"there is no schedule {schedule_id}", code="no_such_schedule")
    return schedule


def lock_schedule(session: Session, schedule_id: int) -> Schedule:
    """Return a schedule, with it and its show locked until the transaction ends; raise `NotFoundError`."""
    schedule = schedule_by_id(session, schedule_id, for_update=True)
    shows.lock(session, schedule.show_id)
    return schedule
