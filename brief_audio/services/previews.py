"""Asking to hear a text before it airs, and what became of that; a worker speaks it, nothing is published."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brief_audio.db import previews, shows, takes
from brief_audio.db.engine import Database
from brief_audio.db.models import Preview
from brief_audio.domain.brief_file.checking import LONGEST_LINE, MOST_CHARACTERS
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotFoundError
from brief_audio.domain.jobs import PREVIEW_PRIORITY
from brief_audio.domain.names import narration_name
from brief_audio.domain.text.cleaning import clean_text
from brief_audio.domain.work import FINAL_STATUSES, WorkStatus
from brief_audio.services import brief_lookup, workers
from brief_audio.services.accounts.permission import Operation, allow
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.listening import StoredFile
from brief_audio.storage.base import AudioStore

MOST_WAITING = 3  # of one user: who waits for more does not listen
MOST_COUNTED = 20


@dataclass(frozen=True, slots=True)
class WantedText:
    """A text that is in no brief yet; without a voice it is heard in its show's."""

    show: str
    headline: str
    body: str
    voice: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewReport:
    """One preview as a person sees it; `brief_slug` and `position` while its item is there."""

    number: int
    status: WorkStatus
    headline: str
    body: str
    voice: str
    take: int
    show_title: str
    time_zone: str
    brief_slug: str | None
    position: int | None
    requested_by: str
    created_at: datetime
    duration_ms: int | None
    error: str | None
    before: int  # how many are heard first, counted to `MOST_COUNTED`
    is_worker_there: bool

    @property
    def is_final(self) -> bool:
        """Return whether nothing will change any more."""
        return self.status in FINAL_STATUSES


def preview_item(session: Session, slug: str, position: int, *, by: SignedIn) -> int:
    """Queue what that item would sound like in the next rendition; return the preview's number.

    Raise `NotAllowedError`, `NotFoundError`, or `ConflictError` where this user waits for too many.
    """
    actor = allow(by, Operation.PREVIEW_TEXTS)
    brief = brief_lookup.find(session, slug)
    item = takes.item_at(session, brief.id, position)
    if item is None:
        raise NotFoundError(f"{slug} has no item {position}")
    voice = item.voice.name if item.voice else brief.show.voice.name
    wanted = Preview(
        show_id=brief.show_id, item_id=item.id, headline=item.headline, body=item.body, voice=voice, take=item.take
    )
    return _asked(session, wanted, actor)


def preview_text(session: Session, text: WantedText, *, by: SignedIn) -> int:
    """Queue a text that is in no brief yet; return the preview's number.

    Raise `InvalidInputError` for one that is too long or empty, and what `preview_item` does.
    """
    actor = allow(by, Operation.PREVIEW_TEXTS)
    headline = " ".join(clean_text(text.headline, "headline").split())
    body = clean_text(text.body, "body")
    _check(headline, body)
    show = shows.find_show(session, text.show) if text.show.isprintable() else None
    if show is None:
        raise NotFoundError("there is no such show", code="no_such_show")
    voice = shows.find_voice(session, text.voice) if text.voice and text.voice.isprintable() else show.voice
    if voice is None or (text.voice and voice.name != text.voice):
        raise NotFoundError("there is no such voice", code="no_such_voice")
    return _asked(session, Preview(show_id=show.id, headline=headline, body=body, voice=voice.name, take=0), actor)


def look(session: Session, number: int) -> PreviewReport:
    """Return a preview; raise `NotFoundError`, also for one that was forgotten after a day."""
    preview = _find(session, number)
    origin = previews.origin(session, preview)
    is_waiting = preview.status == WorkStatus.QUEUED
    return PreviewReport(
        number=preview.id,
        status=WorkStatus(preview.status),
        headline=preview.headline,
        body=preview.body,
        voice=preview.voice,
        take=preview.take,
        show_title=origin.show.title,
        time_zone=origin.show.time_zone,
        brief_slug=origin.brief_slug,
        position=origin.position,
        requested_by=preview.requested_by,
        created_at=preview.created_at,
        duration_ms=preview.duration_ms,
        error=preview.error,
        before=previews.count_before(session, number, most=MOST_COUNTED) if is_waiting else 0,
        is_worker_there=not is_waiting or any(not worker.is_silent for worker in workers.listed(session)),
    )


def sound(db: Database, store: AudioStore, number: int) -> StoredFile:
    """Return the stored sound of a preview; raise `NotFoundError` where there is none, or none yet."""
    with db.transaction() as session:
        preview = _find(session, number)
        key = preview.narration_key if preview.status == WorkStatus.COMPLETED else None
    if key is None:
        raise NotFoundError(f"preview {number} has no sound")
    stored = store.stat(narration_name(key))
    filename = f"preview-{number}.flac"
    return StoredFile(stored.name, "audio/flac", stored.size_bytes, key, stored.stored_at, filename, is_measured=True)


def _check(headline: str, body: str) -> None:
    if not headline and not body:
        raise InvalidInputError("There is nothing to hear: write a headline or a text.")
    if len(headline) > LONGEST_LINE:
        raise InvalidInputError(f"The headline may have {LONGEST_LINE} characters; this one has {len(headline):,}.")
    if len(body) > MOST_CHARACTERS:
        raise InvalidInputError(f"The text may have {MOST_CHARACTERS:,} characters; this one has {len(body):,}.")


def _asked(session: Session, wanted: Preview, actor: str) -> int:
    """Queue a preview, or return the one that waits for the same: who clicks twice hears once."""
    waiting = previews.waiting_of(session, actor)
    same = next((one for one in waiting if _sounds_as(one) == _sounds_as(wanted)), None)
    if same is not None:
        return same.id
    if len(waiting) >= MOST_WAITING:
        raise ConflictError(
            f"You wait to hear {len(waiting)} texts already. Listen to those first, then ask for this one."
        )
    wanted.requested_by, wanted.priority = actor, PREVIEW_PRIORITY
    return previews.add(session, wanted).id


def _sounds_as(preview: Preview) -> tuple[object, ...]:
    return preview.show_id, preview.headline, preview.body, preview.voice, preview.take or 0


def _find(session: Session, number: int) -> Preview:
    found = previews.find(session, number)
    if found is None:
        raise NotFoundError(f"there is no preview {number}; they are kept for a day")
    return found
