"""Past scheduled runs as a page shows them: each tick with its job and what that job published."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select, true
from sqlalchemy.orm import Session, aliased

from brief_audio.db.models import AudioGenerationJob, Rendition, Schedule, Tick

OF_JOB = (AudioGenerationJob.status, AudioGenerationJob.finished_at, Rendition.published_at)


def newest(session: Session, schedule_id: int, *, limit: int) -> Sequence[Row[Any]]:
    """Return (tick, job status, when the job finished, when its rendition was published), newest first."""
    query = _with_job(select(Tick, *OF_JOB).select_from(Tick), Tick).where(Tick.schedule_id == schedule_id)
    return session.execute(query.order_by(Tick.local_date.desc()).limit(limit)).all()


def last_of_each(session: Session) -> Sequence[Row[Any]]:
    """Return the same as `newest`, for the last run of every schedule that has had one."""
    # One index lookup per schedule: sorting years of ticks would take longer every year.
    newest_first = select(Tick).where(Tick.schedule_id == Schedule.id).order_by(Tick.local_date.desc())
    last = newest_first.limit(1).lateral()
    tick = aliased(Tick, last)
    return session.execute(_with_job(select(tick, *OF_JOB).select_from(Schedule).join(last, true()), tick)).all()


def _with_job(ticks: Any, tick: Any) -> Select[Any]:
    made: Select[Any] = ticks.outerjoin(AudioGenerationJob, AudioGenerationJob.id == tick.job_id)
    return made.outerjoin(Rendition, Rendition.job_id == AudioGenerationJob.id)
