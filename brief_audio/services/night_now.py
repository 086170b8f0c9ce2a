"""Running a night by hand, before or after its time."""

from datetime import datetime

from brief_audio.db import schedules
from brief_audio.db.engine import Database
from brief_audio.domain.errors import ConflictError, NotFoundError
from brief_audio.domain.jobs import BriefState
from brief_audio.services import jobs
from brief_audio.services.jobs import Requested
from brief_audio.services.nights import NIGHT_PRIORITY
from brief_audio.services.schedule_rules import rule_of
from brief_audio.speech.base import SpeechService


def run_now(db: Database, speech: SpeechService, schedule_id: int, *, now: datetime, actor: str) -> Requested:
    """Make the job of the schedule's local date of today; none where its rendition is up to date.

    Raise `NotFoundError` for an unknown schedule, `ConflictError` where no brief is ready for today.
    """
    with db.transaction() as session:
        schedule = schedules.find(session, schedule_id)
        if schedule is None:
            raise NotFoundError(f"there is no schedule {schedule_id}; `manage.py schedules list` shows those there are")
        today = now.astimezone(rule_of(schedule).zone).date()
        brief = schedules.daily_brief(session, schedule.show_id, today)
    if brief is None:
        raise ConflictError(f"there is no brief {schedule.show.slug}/{today.isoformat()}: import it first")
    if brief.state != BriefState.READY:
        raise ConflictError(f"{brief.slug} is a draft: `manage.py briefs ready {brief.slug}` says that it is ready")
    return jobs.request_generation(db, str(brief.id), speech, force=False, requested_by=actor, priority=NIGHT_PRIORITY)
