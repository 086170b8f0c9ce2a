"""The input of a job: the texts as they were when it was queued, and the show's current settings."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.orm import Session

from brief_audio.db import shows
from brief_audio.db.briefs import briefs
from brief_audio.db.making import job_lookup
from brief_audio.db.models import Brief, Item, ItemNarration, Show
from brief_audio.domain.errors import (
    BriefAudioError,
    LeaseLostError,
    NotFoundError,
    UnspeakableTextError,
    VoiceUnavailableError,
)
from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.narration_key import narration_key
from brief_audio.domain.script import Pronunciation, Script
from brief_audio.mastering.base import Pauses
from brief_audio.speech.base import VoiceIdentity, Voices


@dataclass(frozen=True, slots=True)
class ItemSnapshot:
    """One item's text, with its voice and take."""

    position: int
    headline: str
    body: str
    source_url: str | None
    voice: str
    take: int
    spoken_key: str | None = None  # of the narration that an earlier attempt at this job made


@dataclass(frozen=True, slots=True)
class ShowSnapshot:
    """The settings of a show that affect a rendition."""

    slug: str
    title: str
    language: str
    time_zone: str
    speed: float
    pauses: Pauses
    failed_share_limit: float
    cover_object: str | None
    lexicon: tuple[Pronunciation, ...]


@dataclass(frozen=True, slots=True)
class JobSnapshot:
    """Everything that a generation reads from the database, read in one transaction."""

    brief_id: int
    brief_slug: str
    title: str
    local_date: date | None
    show: ShowSnapshot
    items: tuple[ItemSnapshot, ...]


@dataclass(frozen=True, slots=True)
class PreparedItem:
    """An item with its script, narration key and voice identity, or the error that prevents its narration."""

    item: ItemSnapshot
    script: Script | None
    key: str | None
    error: BriefAudioError | None = None
    identity: VoiceIdentity | None = None


def snapshot_of_job(session: Session, job_id: int) -> JobSnapshot:
    """Return the input of a job; raise `LeaseLostError` if its row was deleted."""
    job = job_lookup.find(session, job_id)
    if job is None:
        raise LeaseLostError(f"job {job_id} was deleted")
    items = tuple(_narration_copy(row) for row in job_lookup.narrations(session, job_id))
    return _job_copy(session, job.brief, job.brief_title, items)


def snapshot_of_brief(session: Session, brief: Brief) -> JobSnapshot:
    """Return the input that a job queued now would have."""
    items = briefs.items(session, brief.id)
    copies = tuple(_item_copy(item, number, brief.show) for number, item in enumerate(items, start=1))
    return _job_copy(session, brief, brief.title, copies)


def prepare(copy: JobSnapshot, speech: Voices, check: Callable[[], None]) -> tuple[PreparedItem, ...]:
    """Write every item's script and compute its narration key; call `check` before each and during downloads.

    An unavailable voice fails the items that use it. Raise `VoiceUnavailableError` if all items use it, or if it may
    become available later.
    """
    has_one_voice = len({item.voice for item in copy.items}) == 1
    return tuple(_prepare_or_tell(item, copy.show, speech, check, has_one_voice=has_one_voice) for item in copy.items)


def prepare_item(item: ItemSnapshot, show: ShowSnapshot, speech: Voices, check: Callable[[], None]) -> PreparedItem:
    """Write an item's script and compute its key; raise the same errors as `write_script` and `identify`."""
    from brief_audio.domain.text.script_writer import write_script  # noqa: PLC0415  the rules of English take a while to load

    identity = speech.identify(item.voice, check)
    script = write_script(item.headline, item.body, language=show.language, rules=show.lexicon)
    key = narration_key(
        script,
        engine=identity.engine,
        voice=identity.voice,
        model_sha256=identity.model_sha256,
        phonemiser=identity.phonemiser,
        speed=show.speed,
        take=item.take,
    )
    return PreparedItem(item, script, key, identity=identity)


def facts_of(session: Session, show: Show) -> ShowSnapshot:
    """Return the settings of a show that affect a rendition."""
    return ShowSnapshot(
        slug=show.slug,
        title=show.title,
        language=show.language,
        time_zone=show.time_zone,
        speed=show.speed,
        pauses=Pauses(show.opening_pause_ms, show.sentence_pause_ms, show.headline_pause_ms, show.item_pause_ms),
        failed_share_limit=show.failed_share_limit,
        cover_object=show.cover_object,
        lexicon=shows.lexicon(session, show.id),
    )


def inputs_sha256(copy: JobSnapshot, prepared: Sequence[PreparedItem]) -> str:
    """Return the hash of everything that affects a rendition; if it is unchanged, the rendition is up to date."""
    inputs = {
        "title": copy.title,
        "show": copy.show.title,
        "language": copy.show.language,
        "pauses": asdict(copy.show.pauses),
        "cover": copy.show.cover_object,
        "items": [[one.item.headline, one.item.body, one.item.source_url, one.key] for one in prepared],
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _prepare_or_tell(
    item: ItemSnapshot, show: ShowSnapshot, speech: Voices, check: Callable[[], None], *, has_one_voice: bool
) -> PreparedItem:
    check()
    try:
        return prepare_item(item, show, speech, check)
    except (UnspeakableTextError, NotFoundError) as error:
        return PreparedItem(item, None, None, error)
    except VoiceUnavailableError as error:
        if has_one_voice or not error.permanent:
            raise
        return PreparedItem(item, None, None, error)


def _job_copy(session: Session, brief: Brief, title: str, items: tuple[ItemSnapshot, ...]) -> JobSnapshot:
    facts = facts_of(session, brief.show)
    return JobSnapshot(brief.id, brief.slug, title, brief.local_date, facts, items)


def _narration_copy(row: ItemNarration) -> ItemSnapshot:
    spoken_key = row.narration_key if row.state == NarrationState.SPOKEN else None
    return ItemSnapshot(row.position, row.headline, row.body, row.source_url, row.voice, row.take, spoken_key)


def _item_copy(item: Item, position: int, show: Show) -> ItemSnapshot:
    voice = item.voice.name if item.voice else show.voice.name
    return ItemSnapshot(position, item.headline, item.body, item.source_url, voice, item.take)
