"""Delete orphaned objects, which no row names: files of attempts that died after storing, and unreferenced files."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from brief_audio.db.connection.engine import Database
from brief_audio.db.operations import stored_objects
from brief_audio.domain.errors import ConflictError
from brief_audio.domain.object_names import OWNERS
from brief_audio.services.operations.store_ownership import is_marked_as_ours, mark_as_ours
from brief_audio.storage.base import AudioStore, StoredObject

SPARED_FOR = timedelta(days=2)  # far longer than any attempt: a row may soon name a younger object
BATCH = 500
FEW = 100  # this many may be deleted, even if they are most of the store
LARGEST_SHARE = 0.5


def sweep_orphans(
    db: Database,
    store: AudioStore,
    scratch: Path,
    *,
    now: datetime,
    is_stopping: Callable[[], bool] = lambda: False,
) -> tuple[str, ...]:
    """Delete the objects that are older than two days and that no row names; return their names.

    A store that no database owns is marked as this one's, and swept from the next time on. Raise `ConflictError`, with
    nothing deleted, if the store belongs to another database, or if most objects would be deleted: that is what a
    database restored from an old backup looks like. Raise `StorageError` or `TryAgainError` if the store or the
    database does not answer; the next sweep continues.

    A narration whose key is reused just before its deletion is lost and re-recorded when it is next needed. Published
    files cannot be lost this way.
    """
    if not is_marked_as_ours(db, store):
        mark_as_ours(db, store, scratch)
        return ()
    old = [stored.name for stored in store.list() if _may_go(stored, now)]
    orphans = [name for batch in _batches(old) for name in _unnamed(db, batch)]
    if len(orphans) > max(FEW, len(old) * LARGEST_SHARE):
        raise ConflictError(
            f"no row names {len(orphans)} of the {len(old)} objects in the store, so nothing was deleted: is this"
            " database an old copy?"
        )
    return tuple(_deleted(db, store, orphans, is_stopping))


def _may_go(stored: StoredObject, now: datetime) -> bool:
    return stored.stored_at < now - SPARED_FOR and not stored.name.startswith(OWNERS)


def _deleted(db: Database, store: AudioStore, orphans: Sequence[str], is_stopping: Callable[[], bool]) -> Iterator[str]:
    """Delete the objects that still no row names, checking again right before, and yield each name."""
    for batch in _batches(orphans):
        for name in _unnamed(db, batch):
            if is_stopping():
                return
            if store.delete(name):
                yield name


def _unnamed(db: Database, names: Sequence[str]) -> list[str]:
    with db.transaction() as session:
        named = stored_objects.named_among(session, names)
    return [name for name in names if name not in named]


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[at : at + BATCH] for at in range(0, len(names), BATCH))
