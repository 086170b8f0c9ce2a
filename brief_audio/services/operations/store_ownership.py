"""The owner of a store: a mark in it holds the token of the database whose rows name its objects."""

import tempfile
from contextlib import suppress
from pathlib import Path

from brief_audio.db.connection.engine import Database
from brief_audio.db.operations import stored_objects
from brief_audio.domain.errors import ConflictError, ObjectExistsError
from brief_audio.domain.object_names import OWNERS, owner_name
from brief_audio.domain.private_folders import make_private
from brief_audio.storage.base import AudioStore


def is_marked_as_ours(db: Database, store: AudioStore) -> bool:
    """Return whether the store has this database's mark.

    Raise `ConflictError` if it has another's: that database may name the objects that this one does not.
    """
    with db.transaction() as session:
        ours = owner_name(stored_objects.installation_token(session))
    marks = [stored.name for stored in store.list(OWNERS)]
    if others := [mark for mark in marks if mark != ours]:
        raise ConflictError(
            f"the store belongs to another database: it has the mark {store.place(others[0])}. Nothing was deleted."
            " If that database no longer exists, delete the mark"
        )
    return bool(marks)


def mark_as_ours(db: Database, store: AudioStore, scratch: Path) -> None:
    """Mark the store as this database's."""
    with db.transaction() as session:
        ours = owner_name(stored_objects.installation_token(session))
    make_private(scratch)
    with tempfile.NamedTemporaryFile(dir=scratch) as empty, suppress(ObjectExistsError):
        store.put(ours, Path(empty.name), "text/plain")
