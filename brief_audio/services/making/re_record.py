"""Re-record one item: queue a job that speaks its next take and reuses every other item."""

from brief_audio.db import events
from brief_audio.db.briefs import briefs
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import takes
from brief_audio.domain.errors import ConflictError, NotFoundError
from brief_audio.domain.jobs import QueueRules
from brief_audio.services.accounts.permissions import Operation, require_role
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.briefs import lookup
from brief_audio.services.making.request_audio import AudioRequest, generate_found
from brief_audio.speech.base import SpeechService
from brief_audio.storage.base import AudioStore


def re_record_item(
    db: Database,
    slug: str,
    position: int,
    speech: SpeechService,
    *,
    rules: QueueRules,
    by: SignedIn,
    seen: str = "",
    store: AudioStore | None = None,
) -> AudioRequest:
    """Queue a job that re-records that item; unchanged items are reused.

    A second click makes no second job and no second take while the item is still waiting to be re-recorded. `seen` is
    the id of the item that the user saw at that position, if known: raise `ConflictError` if another item is there
    now. Also raise `NotAllowedError`, `NotFoundError`, `QueueFullError` or `StillCancellingError`; after the last two,
    a repeated request uses the same take.
    """
    actor = require_role(by, Operation.GENERATE_AUDIO)
    with db.transaction() as session:
        brief = briefs.lock(session, lookup.brief_by_slug(session, slug).id)
        item = takes.item_at(session, brief.id, position)
        if item is None:
            raise NotFoundError(f"{slug} has no item {position}")
        if seen and seen != str(item.id):
            raise ConflictError(
                f"the items have been reordered, and item {position} is a different one now: check it first"
            )
        if not takes.is_being_spoken(session, item):
            takes.take_next(session, item)
            detail = {"position": position, "take": item.take}
            events.record(
                session, actor, "item.regenerated", brief_id=brief.id, message=item.headline[:200], detail=detail
            )
    return generate_found(db, brief.id, speech, rules=rules, force=False, actor=actor, store=store)
