"""Whose store it is: a mark in the store with the token of the database whose rows name what lies there."""

import tempfile
from contextlib import suppress
from pathlib import Path

from brief_audio.db import installation
from brief_audio.db.engine import Database
from brief_audio.domain.errors import ConflictError, ObjectExistsError
from brief_audio.domain.names import OWNERS, owner_name
from brief_audio.domain.private_folders import make_private
from brief_audio.storage.base import AudioStore


def is_marked_as_ours(db: Database, store: AudioStore) -> bool:
    """Return whether the store bears this database's mark, and no other.

    Raise `ConflictError` where it bears another's: what no row of this database names may be named by that one.
    """
    with db.transaction() as session:
        ours = owner_name(installation.token(session))
    marks = [stored.name for stored in store.list(OWNERS)]
    if others := [mark for mark in marks if mark != ours]:
        raise ConflictError(
            f"the store belongs to another database: it has the mark {store.place(others[0])}. Nothing was deleted;"
            " where that database is gone for good, delete the mark"
        )
    return bool(marks)


def mark_as_ours(db: Database, store: AudioStore, scratch: Path) -> None:
    """Put this database's mark into the store."""
    with db.transaction() as session:
        ours = owner_name(installation.token(session))
    make_private(scratch)
    with tempfile.NamedTemporaryFile(dir=scratch) as empty, suppress(ObjectExistsError):
        store.put(ours, Path(empty.name), "text/plain")
