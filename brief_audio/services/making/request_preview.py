"""Preview a text before it airs: queue it, report on it, fetch its audio. Nothing is published."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brief_audio.db import shows
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import previews, takes
from brief_audio.db.models import Preview
from brief_audio.domain.brief_file.checks import LONGEST_LINE, MOST_CHARACTERS
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotFoundError
from brief_audio.domain.jobs import PREVIEW_PRIORITY
from brief_audio.domain.object_names import narration_name
from brief_audio.domain.text.clean_text import clean_text
from brief_audio.domain.work import FINAL_STATUSES, WorkStatus
from brief_audio.services.accounts.permissions import Operation, require_role
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.briefs import lookup
from brief_audio.services.listening.stored_files import StoredFile
from brief_audio.services.operations import workers
from brief_audio.storage.base import AudioStore

MOST_WAITING = 3  # for each user
MOST_COUNTED = 20


@dataclass(frozen=True, slots=True)
class PreviewText:
    """A text that is not in a brief yet; without a voice, it uses the show's."""

    show: str
    headline: str
    body: str
    voice: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewReport:
    """One preview; `brief_slug` and `position` are set while its item exists."""

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
    before: int  # the number of previews ahead in the queue, counted up to `MOST_COUNTED`
    is_worker_there: bool

    @property
    def is_final(self) -> bool:
        """Return whether the preview has reached a final state."""
        return self.status in FINAL_STATUSES


def preview_item(session: Session, slug: str, position: int, *, by: SignedIn) -> int:
    """Queue a preview of an item as the next rendition would speak it; return its number.

    Raise `NotAllowedError`, `NotFoundError`, or `ConflictError` if this user is waiting for too many previews.
    """
    actor = require_role(by, Operation.PREVIEW_TEXTS)
    brief = lookup.brief_by_slug(session, slug)
    item = takes.item_at(session, brief.id, position)
    if item is None:
        raise NotFoundError(f"{slug} has no item {position}")
    voice = item.voice.name if item.voice else brief.show.voice.name
    wanted = Preview(
        show_id=brief.show_id, item_id=item.id, headline=item.headline, body=item.body, voice=voice, take=item.take
    )
    return _asked(session, wanted, actor)


def preview_text(session: Session, text: PreviewText, *, by: SignedIn) -> int:
    """Queue a preview of a text that is not in a brief yet; return its number.

    Raise `InvalidInputError` for an empty or overlong text, and the errors of `preview_item`.
    """
    actor = require_role(by, Operation.PREVIEW_TEXTS)
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


def preview_report(session: Session, number: int) -> PreviewReport:
    """Return a preview; raise `NotFoundError`, also after it was deleted (after a day)."""
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
    """Return the audio of a preview; raise `NotFoundError` if it has none, or none yet."""
    with db.transaction() as session:
        preview = _find(session, number)
        key = preview.narration_key if preview.status == WorkStatus.COMPLETED else None
    if key is None:
        raise NotFoundError(f"preview {number} has no audio")
    stored = store.stat(narration_name(key))
    filename = f"preview-{number}.flac"
    return StoredFile(stored.name, "audio/flac", stored.size_bytes, key, stored.stored_at, filename, is_measured=True)


def _check(headline: str, body: str) -> None:
    if not headline and not body:
        raise InvalidInputError("There is nothing to preview. Write a headline or a text.")
    if len(headline) > LONGEST_LINE:
        raise InvalidInputError(f"The headline has {len(headline):,} characters; the limit is {LONGEST_LINE}.")
    if len(body) > MOST_CHARACTERS:
        raise InvalidInputError(f"The text has {len(body):,} characters; the limit is {MOST_CHARACTERS:,}.")


def _asked(session: Session, wanted: Preview, actor: str) -> int:
    """Queue a preview, or return a waiting one of the same text, so that a second click queues nothing."""
    waiting = previews.waiting_of(session, actor)
    same = next((one for one in waiting if _sounds_as(one) == _sounds_as(wanted)), None)
    if same is not None:
        return same.id
    if len(waiting) >= MOST_WAITING:
        raise ConflictError(
            f"You already have {len(waiting)} previews waiting. Listen to those first, then preview this one."
        )
    wanted.requested_by, wanted.priority = actor, PREVIEW_PRIORITY
    return previews.add(session, wanted).id


def _sounds_as(preview: Preview) -> tuple[object, ...]:
    return preview.show_id, preview.headline, preview.body, preview.voice, preview.take or 0


def _find(session: Session, number: int) -> Preview:
    found = previews.find(session, number)
    if found is None:
        raise NotFoundError(f"there is no preview {number}: previews are kept for a day")
    return found
