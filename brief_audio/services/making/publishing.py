"""Finish a job in one transaction: record its rendition, decide whether to publish or hold it, move the pointer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from brief_audio.db import events, rows, work
from brief_audio.db.briefs import briefs
from brief_audio.db.making import renditions
from brief_audio.db.models import Rendition
from brief_audio.db.work import Claim
from brief_audio.domain.errors import LeaseLostError
from brief_audio.domain.jobs import NarrationState, is_within_failed_share
from brief_audio.domain.object_names import RenditionNames
from brief_audio.domain.rendition_contents import RenditionContents
from brief_audio.mastering.base import Mastered
from brief_audio.services.making.job_snapshot import JobSnapshot
from brief_audio.services.making.narration import ItemOutcome
from brief_audio.services.work.attempt import Attempt


@dataclass(frozen=True, slots=True)
class SideBytes:
    """The size in bytes of each file beside the audio."""

    captions: int
    chapters: int
    manifest: int


@dataclass(frozen=True, slots=True)
class MadeRendition:
    """A rendition whose files are stored and verified, but which is not recorded yet."""

    number: int
    names: RenditionNames
    side_bytes: SideBytes
    mastered: Mastered
    voices: tuple[str, ...]
    inputs_sha256: str
    contents: RenditionContents


@dataclass(frozen=True, slots=True)
class Published:
    """The result for a rendition: `held_reason` is None if it was published."""

    rendition_id: int
    number: int
    held_reason: str | None


def publish_made(
    attempt: Attempt, copy: JobSnapshot, made: MadeRendition, outcomes: Sequence[ItemOutcome]
) -> Published:
    """Record a rendition and publish it, or hold it if too many items failed.

    Raise `LeaseLostError`, with nothing changed, if another worker owns the job now. If the reply to a commit was
    lost, the result is looked up, so that it is never done twice.
    """
    failed = sum(outcome.state is NarrationState.FAILED for outcome in outcomes)
    try:
        return attempt.write(lambda session: _finish(session, attempt.claim, copy, made, failed))
    except LeaseLostError:
        finished = attempt.write(lambda session: renditions.find_by_object(session, made.names.audio))
        if finished is None:
            raise
        return Published(finished.id, finished.number, _held_reason(copy, failed))


def _finish(session: Session, claim: Claim, copy: JobSnapshot, made: MadeRendition, failed: int) -> Published:
    brief = briefs.lock_if_there(
        session, copy.brief_id
    )  # before its job, in the same order as a request for another one
    work.finish(session, claim)
    assert brief is not None  # deleting a brief deletes its jobs
    rendition = _insert(session, claim, copy, made, failed)
    reason = _held_reason(copy, failed)
    if reason is None:
        renditions.publish(session, brief, rendition)
    else:
        renditions.hold(session, brief, reason)
    _record(session, claim, rendition, reason)
    return Published(rendition.id, rendition.number, reason)


def _held_reason(copy: JobSnapshot, failed: int) -> str | None:
    if is_within_failed_share(failed, len(copy.items), copy.show.failed_share_limit):
        return None
    return f"{failed} of {len(copy.items)} items failed, more than the show allows"


def _insert(session: Session, claim: Claim, copy: JobSnapshot, made: MadeRendition, failed: int) -> Rendition:
    mastered = made.mastered
    rendition = Rendition(
        brief_id=copy.brief_id,
        job_id=claim.id,
        number=made.number,
        audio_object=made.names.audio,
        captions_object=made.names.captions,
        chapters_object=made.names.chapters,
        manifest_object=made.names.manifest,
        captions_bytes=made.side_bytes.captions,
        chapters_bytes=made.side_bytes.chapters,
        manifest_bytes=made.side_bytes.manifest,
        sha256=mastered.sha256,
        size_bytes=mastered.size_bytes,
        duration_ms=mastered.duration_ms,
        loudness_lufs=mastered.loudness_lufs,
        true_peak_dbtp=mastered.true_peak_dbtp,
        item_count=len(copy.items),
        failed_items=failed,
        voices=made.voices,
        inputs_sha256=made.inputs_sha256,
        contents=made.contents.to_json(),
    )
    rows.add(session, rendition)
    return rendition


def _record(session: Session, claim: Claim, rendition: Rendition, held_reason: str | None) -> None:
    events.record(
        session,
        claim.worker,
        "rendition.held" if held_reason else "rendition.published",
        job_id=claim.id,
        brief_id=claim.parent_id,
        attempt=claim.attempt,
        message=held_reason or "",
        detail={"rendition": rendition.number, "object": rendition.audio_object},
    )
