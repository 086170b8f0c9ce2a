"""Finding the schedule or show that somebody names; whoever asks for one that is not there is told the same."""

from sqlalchemy.orm import Session

from brief_audio.db import schedules, shows
from brief_audio.db.models import Schedule, Show
from brief_audio.domain.errors import NotFoundError


def named_show(session: Session, slug: str) -> Show:
    """Return the show of that slug; raise `NotFoundError`."""
    show = shows.find_show(session, slug)
    if show is None:
        raise NotFoundError(f"there is no show {slug!r}", code="no_such_show", facts={"show": slug})
    return show


def numbered(session: Session, schedule_id: int, *, for_update: bool = False) -> Schedule:
    """Return a schedule; raise `NotFoundError`."""
    schedule = schedules.find(session, schedule_id, for_update=for_update)
    if schedule is None:
        raise NotFoundError(f"there is no schedule {schedule_id}", code="no_such_schedule")
    return schedule


def locked(session: Session, schedule_id: int) -> Schedule:
    """Return a schedule about which nobody else decides until the transaction ends; raise `NotFoundError`."""
    schedule = numbered(session, schedule_id, for_update=True)
    shows.lock(session, schedule.show_id)
    return schedule
