"""Checks of the parts that need no database: values that say what was found, with a code."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO

import pytest

from brief_audio.domain.errors import MasteringError, StorageError, StoreUnreachableError, TryAgainError
from brief_audio.services.operations import health
from brief_audio.services.operations.health import Check, Level, checked
from brief_audio.storage.base import StoredObject
from brief_audio.storage.local import LocalStore
from tests.unit.services.fake_speech import FakeSpeech


@pytest.mark.parametrize("error", [TryAgainError("no answer"), OSError("no answer"), ValueError("no answer")])
def test_a_check_that_meets_an_error_fails_and_keeps_its_code(error: Exception) -> None:
    def look() -> Check:
        raise error

    assert checked("database", look) == Check("database", Level.FAIL, "no answer", getattr(error, "code", "failed"))


def test_a_check_that_succeeds_keeps_what_it_found() -> None:
    found = Check("disk", Level.WARN, "little room", "low_disk_space")

    assert checked("data folder", lambda: found) == Check("data folder", Level.WARN, "little room", "low_disk_space")


def test_only_a_failed_check_makes_an_installation_unwell() -> None:
    well = [Check("a", Level.OK, ""), Check("b", Level.WARN, "")]

    assert health.is_well(well)
    assert not health.is_well([*well, Check("c", Level.FAIL, "")])


def test_a_folder_is_made_and_its_room_measured(tmp_path: Path) -> None:
    check = health.disk(tmp_path / "new" / "folder")

    assert "GB free in" in check.found
    assert list((tmp_path / "new" / "folder").iterdir()) == []


def test_a_folder_that_cannot_be_written_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert checked("data folder", lambda: health.disk(tmp_path / "file")).level is Level.FAIL


@pytest.mark.parametrize(
    ("free_bytes", "level"), [(10**12, Level.OK), (1_000_000_000, Level.WARN), (400_000_000, Level.FAIL)]
)
def test_a_disk_warns_before_it_fails(free_bytes: int, level: Level) -> None:
    assert health.room(Path("/srv"), free_bytes).level is level


def test_a_store_is_tried_out_and_left_as_it_was(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")

    check = health.store(store, tmp_path / "tmp", "local")

    assert (check.level, "put, stat, read and delete took" in check.found) == (Level.OK, True)
    assert list(store.list()) == []
    assert list((tmp_path / "tmp").iterdir()) == []


class LyingStore(LocalStore):
    """Breaks one promise of a store."""

    def __init__(self, root: Path, lie: str) -> None:
        super().__init__(root)
        self._lie = lie

    def stat(self, name: str) -> StoredObject:
        found = super().stat(name)
        return StoredObject(name, 1, found.crc32c, found.stored_at) if self._lie == "size" else found

    def open_range(self, name: str, start: int = 0, end: int | None = None) -> BinaryIO:
        return super().open_range(name, 1 if self._lie == "content" else start, end)

    def delete(self, name: str) -> bool:
        return super().delete(name) and self._lie != "delete"


@pytest.mark.parametrize(
    ("lie", "told"), [("size", "does not have the size"), ("content", "does not contain"), ("delete", "disappeared")]
)
def test_a_store_that_breaks_a_promise_fails_and_nothing_is_left(tmp_path: Path, lie: str, told: str) -> None:
    store = LyingStore(tmp_path / "store", lie)

    with pytest.raises(StorageError, match=told):
        health.store(store, tmp_path / "tmp", "local")

    assert list(LocalStore(tmp_path / "store").list()) == []


class UnreachableStore(LocalStore):
    """Takes long over every call, and is not asked more often than needed."""

    calls = 0

    def put(self, name: str, source: Path, content_type: str) -> StoredObject:
        self.calls += 1
        raise StoreUnreachableError("nobody answers")

    def delete(self, name: str) -> bool:
        self.calls += 1
        raise StoreUnreachableError("nobody answers")


def test_a_store_that_takes_nothing_is_asked_once(tmp_path: Path) -> None:
    store = UnreachableStore(tmp_path / "store")

    with pytest.raises(StoreUnreachableError):
        health.store(store, tmp_path / "tmp", "gcs")

    assert store.calls == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_without_rights_fails(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o500)

    check = checked("store", lambda: health.store(LocalStore(tmp_path / "store"), tmp_path, "local"))

    assert (check.level, check.code) == (Level.FAIL, "storage_denied")


def test_a_voice_is_identified_and_heard_twice() -> None:
    speech = FakeSpeech()

    check = health.voice(speech, "joe")

    assert (check.level, len(speech.requests)) == (Level.OK, 2)
    assert "tone model" in check.found
    assert "real-time factor" in check.found


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (SimpleNamespace(version="7.1", encodes_mp3=True), "7.1 with libmp3lame"),
        (SimpleNamespace(version="7.1", encodes_mp3=False), None),
    ],
)
def test_an_ffmpeg_without_its_encoder_fails(facts: SimpleNamespace, told: str | None) -> None:
    if told is None:
        with pytest.raises(MasteringError, match="has no libmp3lame"):
            health.encoder(Path("ffmpeg"), lambda _: facts)
    else:
        assert told in health.encoder(Path("ffmpeg"), lambda _: facts).found
