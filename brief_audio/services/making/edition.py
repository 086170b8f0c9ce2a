"""Carry out one claimed job: narrate, master, store, publish."""

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from brief_audio.db.making import jobs, renditions
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import (
    BriefAudioError,
    ErrorSource,
    InvalidInputError,
    ObjectMissingError,
    StorageError,
    StorageFullError,
)
from brief_audio.domain.jobs import MASTERED_SHARE, NO_ITEMS, SPEAKING_SHARE, STORED_SHARE, NarrationState
from brief_audio.domain.object_names import RenditionNames, rendition_names
from brief_audio.domain.rendition_contents import ContentsItem, RenditionContents
from brief_audio.mastering.base import EditionContent, Mastered, SpokenItem
from brief_audio.mastering.master import master
from brief_audio.services.making.job_snapshot import JobSnapshot, PreparedItem, inputs_sha256, prepare, snapshot_of_job
from brief_audio.services.making.narration import ItemOutcome, Narrator
from brief_audio.services.making.publishing import MadeRendition, Published, SideBytes, publish_made
from brief_audio.services.operations import scratch
from brief_audio.services.operations.error_log import MetError, record
from brief_audio.services.work.attempt import Attempt
from brief_audio.services.work.kind import WorkTools
from brief_audio.storage.base import AudioStore

logger = logging.getLogger(__name__)


def generate(studio: WorkTools, attempt: Attempt) -> Published:
    """Make the rendition of a claimed job, then publish or hold it.

    Any error ends the attempt: a `permanent` one fails the job, another requeues it. `StoppingError`,
    `WorkCancelledError` and `LeaseLostError` end the attempt without a result.
    """
    copy = attempt.write(lambda session: snapshot_of_job(session, attempt.claim.id))
    number = attempt.write(lambda session: renditions.next_number(session, copy.brief_id))
    if not copy.items:
        raise InvalidInputError(NO_ITEMS)
    prepared = prepare(copy, studio.speech, attempt.check_cancel)
    with scratch.work_folder(studio.scratch, f"job-{attempt.claim.id}") as folder:
        narrator = Narrator(
            attempt,
            studio,
            folder,
            speed=copy.show.speed,
            record=partial(record_item, attempt),
        )
        outcomes = narrator.narrate(prepared)
        _refuse_all_failed(outcomes)
        heard = [item for item, outcome in zip(prepared, outcomes, strict=True) if _is_heard(outcome)]
        programme = _programme(copy, number, heard, narrator, _cover(studio, copy, folder))
        attempt.progress(SPEAKING_SHARE, begins="mastering")
        mastered = master(programme, folder, check_stop=attempt.check_cancel)
        attempt.progress(MASTERED_SHARE, begins="storing")
        names = _store(studio.store, attempt, copy, number, mastered)
        sides = (mastered.captions, mastered.chapters_file, mastered.manifest)
        side_bytes = SideBytes(*(path.stat().st_size for path in sides))
        attempt.progress(STORED_SHARE)
    contents = _contents(prepared, outcomes, mastered)
    made = MadeRendition(number, names, side_bytes, mastered, programme.voices, inputs_sha256(copy, prepared), contents)
    published = publish_made(attempt, copy, made, outcomes)
    _remove_other_attempts(studio.store, names)
    return published


def record_item(attempt: Attempt, outcome: ItemOutcome) -> None:
    """Record the result of one item, so that the next attempt can reuse it."""
    failure = MetError(ErrorSource.WORKER, "item failed", outcome.error or "", "narration", job_id=attempt.claim.id)
    attempt.write(
        lambda session: jobs.record_narration(
            session,
            attempt.claim,
            outcome.position,
            outcome.state,
            narration_key=outcome.narration_key,
            duration_ms=outcome.duration_ms,
            tries=outcome.tries,
            error=outcome.error,
        )
    )
    if outcome.state is NarrationState.FAILED:
        record(attempt.db, failure)  # dated by when it failed: writing the item may have waited for the database


def _refuse_all_failed(outcomes: Sequence[ItemOutcome]) -> None:
    if not any(map(_is_heard, outcomes)):
        raise BriefAudioError(outcomes[0].error or "no item could be spoken", permanent=True)


def _is_heard(outcome: ItemOutcome) -> bool:
    return outcome.state is not NarrationState.FAILED


def _programme(
    copy: JobSnapshot, number: int, heard: Sequence[PreparedItem], narrator: Narrator, cover: Path | None
) -> EditionContent:
    spoken = [
        SpokenItem(
            one.item.position, one.item.headline, one.script.utterances, narrator.narration_file(one.item.position)
        )
        for one in heard
        if one.script
    ]
    return EditionContent(
        show_title=copy.show.title,
        show_slug=copy.show.slug,
        title=copy.title,
        language=copy.show.language,
        local_date=copy.local_date,
        number=number,
        voices=tuple(dict.fromkeys(one.item.voice for one in heard)),
        items=tuple(spoken),
        pauses=copy.show.pauses,
        cover=cover,
        made_at=utc_now(),
    )


def _cover(studio: WorkTools, copy: JobSnapshot, folder: Path) -> Path | None:
    if copy.show.cover_object is None:
        return None
    path = folder / f"cover{Path(copy.show.cover_object).suffix}"
    try:
        with studio.store.open_range(copy.show.cover_object) as source:
            path.write_bytes(source.read())
    except ObjectMissingError:
        logger.warning(
            "the cover %s of %s is missing from the store; continuing without a cover",
            copy.show.cover_object,
            copy.show.slug,
        )
        return None
    return path


def _store(store: AudioStore, attempt: Attempt, copy: JobSnapshot, number: int, mastered: Mastered) -> RenditionNames:
    """Store the audio first and the manifest last. Listeners see nothing until the brief's pointer moves."""
    names = rendition_names(
        show_slug=copy.show.slug,
        brief_id=copy.brief_id,
        number=number,
        job_id=attempt.claim.id,
        attempt=attempt.claim.attempt,
        sha256=mastered.sha256,
    )
    try:
        for name, path, content_type in (
            (names.audio, mastered.audio, "audio/mpeg"),
            (names.captions, mastered.captions, "text/vtt"),
            (names.chapters, mastered.chapters_file, "application/json+chapters"),
            (names.manifest, mastered.manifest, "application/json"),
        ):
            attempt.check_cancel()
            store.put(name, path, content_type)
    except StorageFullError:
        _remove(store, names.stem)  # the next attempt needs the space
        raise
    return names


def _remove_other_attempts(store: AudioStore, names: RenditionNames) -> None:
    """Delete the files of earlier attempts at this job that died after storing: no row will ever name them."""
    _remove(store, names.job_prefix, but=names.stem)


def _remove(store: AudioStore, prefix: str, *, but: str | None = None) -> None:
    """Delete the objects whose names begin with `prefix`, except those that begin with `but`.

    A storage error here does not fail the job: the orphan sweep deletes the files later.
    """
    try:
        for stored in list(store.list(prefix)):
            if but is None or not stored.name.startswith(but):
                store.delete(stored.name)
    except StorageError as error:
        logger.warning("could not delete the files of an unpublished attempt; the orphan sweep will: %s", error)


def _contents(
    prepared: Sequence[PreparedItem], outcomes: Sequence[ItemOutcome], mastered: Mastered
) -> RenditionContents:
    times = {chapter.position: (chapter.start_ms, chapter.end_ms) for chapter in mastered.chapters}
    items = []
    for one, outcome in zip(prepared, outcomes, strict=True):
        start_ms, end_ms = times.get(outcome.position, (None, None))
        item = one.item
        items.append(
            ContentsItem(
                item.position, item.headline, item.body, item.source_url, outcome.state, start_ms, end_ms, outcome.error
            )
        )
    return RenditionContents(tuple(items), mastered.peaks, mastered.silences)
