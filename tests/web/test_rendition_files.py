"""The check of published files: what is gone or cut short is found, told once, and forgotten when it is back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import ErrorGroup, Rendition, RenditionFault
from brief_audio.domain.errors import StorageError
from brief_audio.domain.jobs import RenditionState
from brief_audio.services.operations.health import Level
from brief_audio.services.operations.rendition_files import PLACE, are_there, as_check, check_files, last_check
from brief_audio.services.pages import overview
from brief_audio.storage.base import StoredObject
from brief_audio.storage.local import LocalStore
from tests.web.editions import CAPTIONS, Published, SiteParts, add_edition, add_show


def errors(db: Database) -> list[tuple[str, int]]:
    with db.transaction() as session:
        return [(group.title, group.count) for group in session.query(ErrorGroup).order_by(ErrorGroup.id)]


def cut(store: LocalStore, name: str, folder: Path, content: bytes) -> None:
    store.delete(name)
    begun = folder / "begun"
    begun.write_bytes(content)
    store.put(name, begun, "audio/mpeg")


def test_whole_files_are_well(parts: SiteParts, published: Published) -> None:
    found = check_files(parts.db, parts.store)

    assert (found.checked, found.faults) == (1, ())
    assert as_check(found).level is Level.OK
    assert last_check(parts.db).level is Level.OK


@pytest.mark.parametrize("part", ["audio", "captions", "chapters", "manifest"])
def test_each_file_is_missed(parts: SiteParts, published: Published, part: str) -> None:
    parts.store.delete(getattr(published.names, part))

    [fault] = check_files(parts.db, parts.store).faults

    assert str(fault) == f"{published.slug} version 1: the {part} file is missing"


@pytest.mark.parametrize("part", ["audio", "captions"])
def test_a_file_that_was_cut_short_is_noticed(
    parts: SiteParts, published: Published, tmp_path: Path, part: str
) -> None:
    whole = len(published.sound) if part == "audio" else len(CAPTIONS.encode())
    cut(parts.store, getattr(published.names, part), tmp_path, b"xy")

    [fault] = check_files(parts.db, parts.store).faults

    assert fault.reason == f"the {part} file has 2 of {whole:,} bytes"


@pytest.mark.parametrize(("content", "is_well"), [(b"", False), (b"x", True)])
def test_a_file_that_was_never_measured_must_hold_something(
    parts: SiteParts, published: Published, tmp_path: Path, content: bytes, is_well: bool
) -> None:
    with parts.db.transaction() as session:
        session.execute(update(Rendition).values(captions_bytes=None))
    cut(parts.store, published.names.captions, tmp_path, content)

    assert (check_files(parts.db, parts.store).faults == ()) is is_well


def test_only_what_listeners_get_now_is_checked(parts: SiteParts, published: Published, sound: Path) -> None:
    old = add_edition(parts.db, parts.store, sound, number=2, state=RenditionState.SUPERSEDED)
    parts.store.delete(old.names.audio)

    assert check_files(parts.db, parts.store).faults == ()


def test_errors_show_what_is_missing_once_however_often_it_is_looked_for(parts: SiteParts, sound: Path) -> None:
    add_show(parts.db)
    made = [add_edition(parts.db, parts.store, sound, local_date=date(2026, 3, day)) for day in (20, 21, 22)]
    for one in made[:2]:
        parts.store.delete(one.names.audio)

    for _ in range(3):
        check_files(parts.db, parts.store)
    at_first = errors(parts.db)
    parts.store.delete(made[2].names.audio)
    check_files(parts.db, parts.store)

    assert at_first == [("“morning-brief-2026-03-20”, version 1: the audio file is missing", 2)]
    assert [count for _, count in errors(parts.db)] == [3]


def test_what_is_back_is_well_again(parts: SiteParts, published: Published, sound: Path) -> None:
    parts.store.delete(published.names.audio)
    check_files(parts.db, parts.store)
    told = last_check(parts.db)

    parts.store.put(published.names.audio, sound, "audio/mpeg")
    check_files(parts.db, parts.store)

    assert (told.level, published.slug in told.found) == (Level.FAIL, True)
    assert last_check(parts.db).level is Level.OK


def test_the_dashboard_tells_what_the_last_check_found(parts: SiteParts, published: Published) -> None:
    parts.store.delete(published.names.audio)
    check_files(parts.db, parts.store)

    [check] = [one for one in overview.parts(parts.db, parts.store) if one.name == PLACE]

    assert (check.level, "the audio file is missing" in check.found) == (Level.FAIL, True)


class SilentStore(LocalStore):
    def stat(self, name: str) -> StoredObject:
        raise StorageError("no answer")

    def list(self, prefix: str = ""):
        raise StorageError("no answer")


def test_a_store_that_does_not_answer_leaves_the_last_result(
    parts: SiteParts, published: Published, tmp_path: Path
) -> None:
    parts.store.delete(published.names.audio)
    check_files(parts.db, parts.store)
    silent = replace(parts, store=SilentStore(tmp_path))

    with pytest.raises(StorageError):
        check_files(silent.db, silent.store)

    with parts.db.transaction() as session:
        [fault] = session.query(RenditionFault)
        rendition = session.get(Rendition, published.rendition_id)
    assert fault.rendition_id == published.rendition_id
    assert rendition is not None
    assert [are_there(silent.store, rendition, last_known=known) for known in (True, False)] == [True, False]
    assert not are_there(parts.store, rendition, last_known=True)
