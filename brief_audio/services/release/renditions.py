"""Choose by hand which rendition listeners get: publish a held one, or roll back to an earlier one."""

from sqlalchemy.orm import Session

from brief_audio.db import events
from brief_audio.db.briefs import briefs
from brief_audio.db.making import renditions
from brief_audio.db.models import Brief, Rendition
from brief_audio.domain.errors import ConflictError, NotFoundError
from brief_audio.domain.jobs import RenditionState
from brief_audio.services.accounts.permissions import Operation, require_role
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.briefs import lookup
from brief_audio.services.listening.stored_files import StoredFile


def publish_now(session: Session, by: SignedIn, slug: str, number: int, *, instead_of: int) -> None:
    """Publish a held rendition; `instead_of` is the current one that the user saw, or 0 for none.

    Raise `NotFoundError`, and `ConflictError` if the rendition is or was published, or if another one has become
    current since.
    """
    actor = require_role(by, Operation.PUBLISH_VERSIONS)
    brief, wanted, current = _locked(session, slug, number, instead_of)
    if wanted.state != RenditionState.STORED:
        raise ConflictError(
            f"Version {number} is {wanted.state}, and only a version that was never published can be published."
            " Roll back to it instead."
        )
    _move(session, actor, "rendition.published", brief, wanted, current)


def roll_back(session: Session, by: SignedIn, slug: str, number: int, *, instead_of: int) -> None:
    """Make an earlier rendition current again, without making audio. Raise the same errors as `publish_now`."""
    actor = require_role(by, Operation.PUBLISH_VERSIONS)
    brief, wanted, current = _locked(session, slug, number, instead_of)
    if wanted.state not in {RenditionState.SUPERSEDED, RenditionState.STORED}:
        raise ConflictError(f"Version {number} is {wanted.state}, so you cannot roll back to it. Choose another.")
    _move(session, actor, "rendition.rolled_back", brief, wanted, current)


def sound(session: Session, slug: str, number: int) -> StoredFile:
    """Return a rendition's audio, published or not; raise `NotFoundError`."""
    brief = lookup.brief_by_slug(session, slug)
    found = renditions.find_by_number(session, brief.id, number)
    if found is None:
        raise NotFoundError(f"{brief.slug} has no version {number}")
    return StoredFile(
        name=found.audio_object,
        content_type="audio/mpeg",
        size_bytes=found.size_bytes,
        etag=found.sha256,
        modified_at=found.created_at,
        filename=f"{brief.slug}-rendition-{number}.mp3",
    )


def _locked(session: Session, slug: str, number: int, instead_of: int) -> tuple[Brief, Rendition, int]:
    brief = briefs.lock(session, lookup.brief_by_slug(session, slug).id)
    wanted = renditions.find_by_number(session, brief.id, number)
    if wanted is None:
        raise NotFoundError(f"{brief.slug} has no version {number}")
    now = briefs.current_rendition(session, brief)
    current = now.number if now else 0
    if wanted is now:
        raise ConflictError(f"Version {number} is already published. There is nothing to do.")
    if current != instead_of:
        now_is = f"Version {current} has been published meanwhile" if current else "No version is published now"
        raise ConflictError(f"{now_is}. Check the brief before you choose.")
    return brief, wanted, current


def _move(session: Session, actor: str, kind: str, brief: Brief, wanted: Rendition, current: int) -> None:
    renditions.publish(session, brief, wanted)
    message = f"rendition {wanted.number} instead of {current or 'none'}"
    detail = {"rendition": wanted.number, "instead_of": current, "object": wanted.audio_object}
    events.record(
        session,
        actor,
        kind,
        job_id=wanted.job_id,
        brief_id=brief.id,
        message=message,
        detail=detail,
    )
