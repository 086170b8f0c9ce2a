"""Re-record one item: queue a job that speaks its next take and reuses every other item."""

from brief_audio.db import briefs, events, takes
from brief_audio.db.engine import Database
from brief_audio.domain.errors import ConflictError, NotFoundError
from brief_audio.domain.jobs import QueueRules
from brief_audio.services import brief_lookup
from brief_audio.services.accounts.permission import Operation, allow
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.asking import Asked, generate_found
from brief_audio.speech.base import SpeechService
from brief_audio.storage.base import AudioStore


def regenerate_item(
    db: Database,
    slug: str,
    position: int,
    speech: SpeechService,
    *,
    rules: QueueRules,
    by: SignedIn,
    seen: str = "",
    store: AudioStore | None = None,
) -> Asked:
    """Queue a job that re-records that item; unchanged items are reused.

    A second click makes no second job and no second take while the item is still waiting to be re-recorded. `seen` is
    the id of the item that the user saw at that position, if known: raise `ConflictError` if another item is there
    now. Also raise `NotAllowedError`, `NotFoundError`, `QueueFullError` or `StillCancellingError`; after the last two,
    a repeated request uses the same take.
    """
    actor = allow(by, Operation.GENERATE_AUDIO)
    with db.transaction() as session:
        brief = briefs.lock(session, brief_lookup.find(session, slug).id)
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
