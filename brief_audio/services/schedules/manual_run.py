"""Start today's scheduled run by hand, before or after its time."""

from datetime import datetime

from brief_audio.db import schedules
from brief_audio.db.connection.engine import Database
from brief_audio.domain.errors import ConflictError, NotFoundError
from brief_audio.domain.jobs import NIGHT_PRIORITY, BriefState, QueueRules
from brief_audio.services.making import jobs
from brief_audio.services.making.jobs import Requested
from brief_audio.services.schedules.lookup import schedule_by_id
from brief_audio.services.schedules.rules import rule_of
from brief_audio.speech.base import SpeechService
from brief_audio.storage.base import AudioStore


def run_now(
    db: Database,
    speech: SpeechService,
    schedule_id: int,
    *,
    rules: QueueRules,
    now: datetime,
    actor: str,
    store: AudioStore | None = None,
) -> Requested:
    """Queue the job for today's date in the schedule's zone, unless its rendition is up to date.

    Raise `NotFoundError` for an unknown schedule or if there is no brief for today, and `ConflictError` if it is a
    draft.
    """
    with db.transaction() as session:
        schedule = schedule_by_id(session, schedule_id)
        today = now.astimezone(rule_of(schedule).zone).date()
        brief = schedules.daily_brief(session, schedule.show_id, today)
    if brief is None:
        raise NotFoundError(f"there is no brief {schedule.show.slug}/{today.isoformat()}", code="no_brief_today")
    if brief.state != BriefState.READY:
        raise ConflictError(f"{brief.slug} is a draft", code="brief_is_draft", facts={"brief": brief.slug})
    return jobs.request_generation(
        db,
        brief.id,
        speech,
        rules=rules,
        force=False,
        requested_by=actor,
        priority=NIGHT_PRIORITY,
        store=store,
    )
