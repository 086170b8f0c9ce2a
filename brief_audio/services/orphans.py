"""Objects that no row names: the files of attempts that died between storing and finishing, and what rows let go."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from brief_audio.db import stored_names
from brief_audio.db.engine import Database
from brief_audio.domain.errors import ConflictError
from brief_audio.domain.names import OWNERS
from brief_audio.services.ownership import is_marked_as_ours, mark_as_ours
from brief_audio.storage.base import AudioStore, StoredObject

SPARED_FOR = timedelta(days=2)  # no attempt comes near it: what is younger may be named any moment
BATCH = 500
FEW = 100  # so many may be swept whatever share of the store they are
LARGEST_SHARE = 0.5


def sweep_orphans(
    db: Database,
    store: AudioStore,
    scratch: Path,
    *,
    now: datetime,
    is_stopping: Callable[[], bool] = lambda: False,
) -> tuple[str, ...]:
    """Delete the objects that are older than two days and named by no row; return their names.

    A store without the mark of any database gets this one's, and is swept from the next time on. Raise
    `ConflictError`, with nothing deleted, where the store is another database's, or where most of what is stored would
    go: a database that was restored from an old copy looks like that. Raise `StorageError` or `TryAgainError` where
    the store or the database does not answer: the next sweep goes on.

    A narration whose key comes back into use in the very moment between the question and its deletion is lost, and
    spoken again when it is asked for; nothing that was published can be lost in that way.
    """
    if not is_marked_as_ours(db, store):
        mark_as_ours(db, store, scratch)
        return ()
    old = [stored.name for stored in store.list() if _may_go(stored, now)]
    orphans = [name for batch in _batches(old) for name in _unnamed(db, batch)]
    if len(orphans) > max(FEW, len(old) * LARGEST_SHARE):
        raise ConflictError(
            f"no row names {len(orphans)} of the {len(old)} objects in the store: is this an old copy of the database?"
            " Nothing was deleted"
        )
    return tuple(_deleted(db, store, orphans, is_stopping))


def _may_go(stored: StoredObject, now: datetime) -> bool:
    return stored.stored_at < now - SPARED_FOR and not stored.name.startswith(OWNERS)


def _deleted(db: Database, store: AudioStore, orphans: Sequence[str], is_stopping: Callable[[], bool]) -> Iterator[str]:
    """Delete what is still named by no row, which is asked again at once before, and yield each name."""
    for batch in _batches(orphans):
        for name in _unnamed(db, batch):
            if is_stopping():
                return
            if store.delete(name):
                yield name


def _unnamed(db: Database, names: Sequence[str]) -> list[str]:
    with db.transaction() as session:
        named = stored_names.named_among(session, names)
    return [name for name in names if name not in named]


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[at : at + BATCH] for at in range(0, len(names), BATCH))
