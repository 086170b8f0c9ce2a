"""Check whether a brief's current rendition is up to date, so that no job is needed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brief_audio.db.briefs import briefs
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.models import Brief, Rendition
from brief_audio.db.operations import rendition_faults
from brief_audio.domain.errors import BriefAudioError, StoppingError, TryAgainError
from brief_audio.services.making.job_snapshot import inputs_sha256, prepare, snapshot_of_brief
from brief_audio.services.operations.rendition_files import are_there
from brief_audio.speech.base import Voices, go_on
from brief_audio.storage.base import AudioStore


@dataclass(frozen=True, slots=True)
class UpToDate:
    """A brief at the moment when its rendition was found to be up to date."""

    brief_id: int
    updated_at: datetime
    rendition_id: int
    number: int

    def still_holds(self, session: Session) -> bool:
        """Lock the brief and return whether it has had no edits and no new jobs since."""
        now = briefs.lock(session, self.brief_id)
        is_same = (now.updated_at, now.current_rendition_id) == (self.updated_at, self.rendition_id)
        return is_same and _comparable(session, now) is not None


def up_to_date(
    db: Database,
    brief_id: int,
    speech: Voices,
    check: Callable[[], None] = go_on,
    *,
    store: AudioStore | None = None,
) -> UpToDate | None:
    """Return an `UpToDate` if a job would make the same rendition again; None if not, or if a job is live.

    A rendition with missing or incomplete files is not up to date. They are looked up in `store`; without a store, or
    if it does not answer, the last check of published files decides. The scripts are written while no transaction is
    open, because a long text takes longer than one may last. `check` is called along the way and may raise.
    """
    with db.transaction() as session:
        brief = briefs.find_by_id(session, brief_id)
        current = _comparable(session, brief) if brief is not None else None
        copy = snapshot_of_brief(session, brief) if brief is not None and current is not None else None
        is_whole = current is not None and not rendition_faults.is_faulty(session, current.id)
    if brief is None or current is None or copy is None:
        return None
    try:
        prepared = prepare(copy, speech, check=check)
    except (StoppingError, TryAgainError):
        raise
    except BriefAudioError:
        return None  # unknown: the job will report what is wrong with the voice or the text
    if current.inputs_sha256 != inputs_sha256(copy, prepared):
        return None
    if not (is_whole if store is None else are_there(store, current, last_known=is_whole)):
        return None
    return UpToDate(brief.id, brief.updated_at, current.id, current.number)


def _comparable(session: Session, brief: Brief) -> Rendition | None:
    """Return the current rendition, unless a live job or a failed item means that it cannot be up to date."""
    current = briefs.current_rendition(session, brief)
    is_live = enqueueing.live_job_id(session, brief.id) is not None
    return None if is_live or current is None or current.failed_items else current
