"""Objects that no row names: the files of attempts that died between storing and finishing, and what rows let go."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from brief_audio.db import stored_names
from brief_audio.db.engine import Database
from brief_audio.storage.base import AudioStore

SPARED_FOR = timedelta(days=2)  # no attempt comes near it: what is younger may be named any moment
BATCH = 500


def sweep_orphans(
    db: Database, store: AudioStore, *, now: datetime, is_stopping: Callable[[], bool] = lambda: False
) -> tuple[str, ...]:
    """Delete the objects that are older than two days and named by no row; return their names.

    Raise `StorageError` or `TryAgainError` where the store or the database does not answer: the next sweep goes on.
    A narration whose key comes back into use in the very moment between the question and its deletion is lost, and
    spoken again when it is asked for; nothing that was published can be lost in that way.
    """
    deleted: list[str] = []
    for names in _batches(_old(store, now - SPARED_FOR)):
        with db.transaction() as session:
            named = stored_names.named_among(session, names)
        for name in names:
            if is_stopping():
                return tuple(deleted)
            if name not in named and store.delete(name):
                deleted.append(name)
    return tuple(deleted)


def _old(store: AudioStore, before: datetime) -> Iterator[str]:
    return (stored.name for stored in store.list() if stored.stored_at < before)


def _batches(names: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(names, BATCH)):
        yield batch
