"""A full disk: told as what it is, nothing half-done left, and the job comes through once there is room.

The disk is a small file system in memory, mounted where the installation keeps its sound or its temporary files.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from brief_audio.db.connection.engine import Database
from brief_audio.domain.errors import TryAgainError
from brief_audio.embedded import hold_server
from brief_audio.storage.local import LocalStore
from tests.e2e.faults.friday import FIRST, Friday
from tests.e2e.product import Product, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LATER = ("The bridge opens late.", "Fares stay as they are.", "Rain comes by evening.")
NEW = "Nothing of this was read before, so that it must be spoken. " * 30
NARROW_BYTES = 2**17  # less than `NEW` takes
ROOM = "64m"


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A file system in memory, mounted at a folder, whose size can be changed under way."""

    folder: Path

    def leave(self, bytes_free: int) -> None:
        """Make it so small that only so many bytes are free, in whole pages."""
        status = os.statvfs(self.folder)
        used = (status.f_blocks - status.f_bfree) * status.f_frsize
        self.resize(str(used + -(-bytes_free // PAGE_BYTES) * PAGE_BYTES))

    def resize(self, size: str, *more: str) -> None:
        """Give it another size, as an operator does who makes room."""
        subprocess.run(["mount", "-o", ",".join([f"remount,size={size}", *more]), self.folder], check=True)


@pytest.fixture
def mounted() -> Iterator[ExitStack]:
    with ExitStack() as undo:
        yield undo


def small_disk(undo: ExitStack, folder: Path) -> SmallDisk:
    """Put a small disk in the place of a folder, with what the folder holds."""
    kept = folder.with_name(f"{folder.name} before")
    folder.rename(kept)
    folder.mkdir()
    tried = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512m,mode=755", "none", folder], capture_output=True, check=False
    )
    if tried.returncode:
        pytest.skip(f"needs to mount a file system, as root: {tried.stderr.decode().strip()}")
    undo.callback(subprocess.run, ["umount", "--lazy", folder], check=True)
    subprocess.run(["cp", "-a", f"{kept}/.", folder], check=True)  # with owners, on whom PostgreSQL insists
    rmtree(kept)
    return SmallDisk(folder)


def pages(*sizes_bytes: int) -> int:
    """Return the bytes that files of these sizes take."""
    return sum(-(-size // PAGE_BYTES) * PAGE_BYTES for size in sizes_bytes)


def sizes_of(friday: Friday, *begins: str) -> list[int]:
    return [stored.size_bytes for begin in begins for stored in friday.store.list(begin)]


@pytest.mark.parametrize("cramped", ["narration", "sound", "captions"])
def test_a_full_store_is_told_and_the_job_comes_through_once_there_is_room(
    friday: Friday, mounted: ExitStack, cramped: str
) -> None:
    """Red without `_FULL` in `brief_audio/storage/safe_folders.py:failures_told`.

    Where the sound found its room and the captions did not: without `except StorageFullError` in
    `brief_audio/services/making/edition.py:_store`.
    """
    before = friday.current_edition()
    disk = small_disk(mounted, friday.product.data_dir / "store")
    friday.write(*(LATER if cramped == "narration" else FIRST), title="Good Friday")
    friday.ask()
    disk.leave({"narration": 0, "sound": PAGE_BYTES, "captions": pages(*sizes_of(friday, before.audio))}[cramped])

    friday.turn()

    job = friday.job()
    assert (job.status, job.charged) == ("queued", 1)
    assert "storage is full" in (job.error or "")
    friday.assert_untouched(before)

    disk.resize(ROOM)
    friday.make_due()
    friday.turn()

    friday.published(2)


@pytest.mark.parametrize("cramped", ["lock", "narration", "cover", "sound"])
def test_a_full_temporary_folder_is_told_and_the_job_comes_through_once_there_is_room(
    friday: Friday, mounted: ExitStack, cramped: str
) -> None:
    """Red without `_lack_of_room_told` in `brief_audio/services/operations/scratch.py:work_folder`.

    Where a narration does not fit: without `_reason` in `brief_audio/mastering/narration_file.py:write_narration`.
    """
    before = friday.current_edition()
    disk = small_disk(mounted, friday.product.data_dir / "tmp")
    friday.write(*([NEW] if cramped == "narration" else FIRST), title="Good Friday")
    friday.ask()
    spoken = pages(*(friday.store.stat(name).size_bytes for name in friday.narrations(before)))
    cover = pages(*sizes_of(friday, "shows/morning-brief/covers/"))
    room = {"lock": PAGE_BYTES, "narration": NARROW_BYTES, "cover": spoken, "sound": spoken + cover + PAGE_BYTES}
    disk.resize(str(room[cramped]), *(["nr_inodes=1"] if cramped == "lock" else []))

    friday.turn()

    job = friday.job()
    assert (job.status, job.charged) == ("queued", 1)
    assert any(told in (job.error or "") for told in ("folder for temporary files is full", "No space left"))
    friday.assert_untouched(before)

    disk.resize(ROOM, "nr_inodes=0")
    friday.make_due()
    friday.turn()

    friday.published(2)


def test_a_full_disk_under_the_database_costs_a_pause(with_friday: Product, mounted: ExitStack) -> None:
    """Red without `except TryAgainError` in `brief_audio/services/work/attempt.py:Attempt.write`."""
    disk = small_disk(mounted, with_friday.data_dir / "postgres")
    disk.resize("512m")
    with hold_server(with_friday.data_dir) as server, closing(Database(server.url, name="fault tests")) as database:
        friday = Friday(with_friday, database, LocalStore(with_friday.data_dir / "store"))
        friday.write(*[f"Nothing of item {number} was read before." for number in range(40)])
        friday.ask()
        worker = with_friday.start("scheduler")
        wait_until(lambda: friday.job().completed_items > 0, "an item to be spoken")

        disk.leave(0)
        wait_until(lambda: not has_room_for_more(database), "PostgreSQL to find no room")
        wait_until(lambda: "trying again" in with_friday.talk, "the worker to notice")
        disk.resize("512m")

        wait_until(lambda: is_completed(friday), "the job to come through")
        assert friday.job().attempt == 1
        assert with_friday.interrupt(worker) == 0
        friday.published(2)


def has_room_for_more(database: Database) -> bool:
    """Let PostgreSQL go on to the next file of its log, for which there may be no room."""
    try:
        with database.transaction() as session:
            session.execute(text("SELECT pg_logical_emit_message(true, 'fault', repeat('x', 4000000))"))
            session.execute(text("SELECT pg_switch_wal()"))
    except (TryAgainError, DBAPIError):
        return False
    return True


def is_completed(friday: Friday) -> bool:
    try:
        return friday.job().status == "completed"
    except TryAgainError:
        return False
