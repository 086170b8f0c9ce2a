"""Previews as a kind of work: a text is spoken under the key that its job would use, so the job can reuse it."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from brief_audio.db.making import previews
from brief_audio.db.making.previews import PREVIEWS
from brief_audio.db.work import Claim
from brief_audio.domain.errors import AttemptTooLongError, BriefAudioError, LeaseLostError, StorageError
from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.work import WorkRules
from brief_audio.services.making.job_snapshot import ItemSnapshot, ShowSnapshot, facts_of, prepare_item
from brief_audio.services.making.narration import ItemOutcome, Narrator
from brief_audio.services.operations import scratch
from brief_audio.services.operations.error_log import MetError, met
from brief_audio.services.work.attempt import Attempt
from brief_audio.services.work.kind import WorkKind, WorkTools

ATTEMPT_LIMIT = timedelta(minutes=10)
MOST_ATTEMPTS = 3
AGAIN_AFTER = timedelta(seconds=5)


def preview_work(rules: WorkRules) -> WorkKind:
    """Return the kind of work that speaks previews, one at a time, in a place that no job can take.

    An editor is waiting, so it has fewer attempts than a job, less time, and shorter pauses between attempts.
    """
    own = replace(
        rules,
        attempt_limit=ATTEMPT_LIMIT,
        most_attempts=MOST_ATTEMPTS,
        backoff_first=AGAIN_AFTER,
        backoff_longest=AGAIN_AFTER,
    )
    return WorkKind(PREVIEWS, own, (None,), _make_preview, _error_to_keep)


def _make_preview(studio: WorkTools, attempt: Attempt) -> str:
    """Speak a claimed preview, unless its narration is stored already, and finish it with the narration key."""
    item, show = attempt.write(lambda session: _copy(session, attempt.claim))
    try:
        outcome = _narrate(studio, attempt, item, show)
    except AttemptTooLongError as error:
        raise BriefAudioError(_too_long(attempt.rules.attempt_limit), permanent=True) from error
    key, duration_ms = outcome.narration_key, outcome.duration_ms
    if outcome.state is NarrationState.FAILED or key is None or duration_ms is None:
        raise BriefAudioError(outcome.error or "the text could not be spoken", permanent=True)
    attempt.write(lambda session: previews.finish(session, attempt.claim, narration_key=key, duration_ms=duration_ms))
    return "spoken"


def _narrate(studio: WorkTools, attempt: Attempt, item: ItemSnapshot, show: ShowSnapshot) -> ItemOutcome:
    prepared = prepare_item(item, show, studio.speech, attempt.check_cancel)
    with scratch.work_folder(studio.scratch, f"preview-{attempt.claim.id}") as folder:
        narrator = Narrator(attempt, studio, folder, speed=show.speed, record=_keep_no_record)
        [outcome] = narrator.narrate([prepared])
    return outcome


def _keep_no_record(_outcome: ItemOutcome) -> None:
    """Record nothing on the way: a preview has one item, and its row holds the result."""


def _copy(session: Session, claim: Claim) -> tuple[ItemSnapshot, ShowSnapshot]:
    preview = previews.find(session, claim.id)
    if preview is None:
        raise LeaseLostError(f"{claim} was deleted")
    item = ItemSnapshot(1, preview.headline, preview.body, None, preview.voice, preview.take)
    return item, facts_of(session, previews.origin(session, preview).show)


def _error_to_keep(_claim: Claim, error: Exception) -> MetError | None:
    """Record no error for a text that cannot be spoken: its editor sees the reason, and nothing is broken."""
    is_answer = isinstance(error, BriefAudioError) and error.permanent and not isinstance(error, StorageError)
    return None if is_answer else met(error, "preview")


def _too_long(limit: timedelta) -> str:
    minutes = limit.total_seconds() / 60
    return (
        f"it was not spoken within {minutes:g} minutes, because other work goes first or the text is long:"
        " preview a shorter part, or try again later"
    )
