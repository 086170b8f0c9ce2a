"""What the disk store promises beyond the contract: links, full and forbidden disks, temporary files, descriptors."""

import os
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from brief_audio.domain.errors import ObjectMissingError, StorageDeniedError, StorageError, StorageFullError
from brief_audio.domain.object_names import narration_name, rendition_names
from brief_audio.storage.checksums import file_crc32c, keep_crc32c
from brief_audio.storage.local import LocalStore
from brief_audio.storage.verified_copies import TEMPORARY

SHA = "0123456789abcdef" * 4
NAME = rendition_names(show_slug="m", brief_id=7, number=1, job_id=12, attempt=1, sha256=SHA).audio
SOUND = bytes(range(256)) * 64


@pytest.fixture
def root(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def store(root):
    return LocalStore(root)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(SOUND)
    return path


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one mebibyte."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def _temporary_files(root):
    return sorted((root / TEMPORARY).iterdir())


def test_nothing_temporary_is_left_after_storing(store, root, source):
    store.put(NAME, source, "audio/mpeg")

    assert _temporary_files(root) == []
    assert (root / NAME).read_bytes() == SOUND


def test_a_full_disk_is_told_as_such_and_leaves_nothing(small_disk, tmp_path):
    store = LocalStore(small_disk / "store")
    large = tmp_path / "large"
    large.write_bytes(b"x" * (2 << 20))

    with pytest.raises(StorageFullError, match="full") as caught:
        store.put(NAME, large, "audio/mpeg")

    assert not caught.value.permanent
    assert _temporary_files(small_disk / "store") == []
    assert list(store.list()) == []


def test_after_a_full_disk_a_smaller_file_can_be_stored(small_disk, tmp_path, source):
    store = LocalStore(small_disk)
    large = tmp_path / "large"
    large.write_bytes(b"x" * (2 << 20))
    with pytest.raises(StorageFullError):
        store.put(NAME, large, "audio/mpeg")

    store.put(NAME, source, "audio/mpeg")

    assert store.stat(NAME).size_bytes == len(SOUND)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write here")
def test_a_forbidden_folder_is_told_with_its_path(store, root, source):
    root.mkdir(mode=0o700)
    os.seteuid(65534)
    try:
        with pytest.raises(StorageDeniedError, match="shows/m/7") as caught:
            store.put(NAME, source, "audio/mpeg")
    finally:
        os.seteuid(0)

    assert caught.value.permanent


def test_a_file_in_place_of_the_root_is_a_storage_error(tmp_path, source):
    (tmp_path / "file").touch()

    with pytest.raises(StorageError):
        LocalStore(tmp_path / "file").put(NAME, source, "audio/mpeg")


def test_a_linked_object_is_not_followed(store, root, source, tmp_path):
    (root / NAME).parent.mkdir(parents=True)
    (root / NAME).symlink_to(source)

    for call in (store.open_range, store.stat, store.delete):
        with pytest.raises(StorageError, match=r"link|not a regular file"):
            call(NAME)
    with pytest.raises(StorageError):
        store.put(NAME, source, "audio/mpeg")
    assert list(store.list()) == []
    assert source.read_bytes() == SOUND


def test_a_linked_folder_is_not_entered(store, root, source, tmp_path):
    outside = tmp_path / "outside"
    (outside / "7").mkdir(parents=True)
    (outside / "7" / NAME.rsplit("/", maxsplit=1)[-1]).write_bytes(b"secret")
    (root / "shows").mkdir(parents=True)
    (root / "shows" / "m").symlink_to(outside)

    for call in (store.open_range, store.stat, store.delete):
        with pytest.raises(StorageError, match="link"):
            call(NAME)
    with pytest.raises(StorageError, match="link"):
        store.put(NAME, source, "audio/mpeg")
    assert list(store.list()) == []


def test_a_pipe_in_place_of_an_object_does_not_hang(store, root):
    (root / NAME).parent.mkdir(parents=True)
    os.mkfifo(root / NAME)

    with pytest.raises(StorageError, match="not a regular file"):
        store.open_range(NAME)


def test_prefixes_are_looked_for_only_where_they_can_be(store, root, source):
    store.put(NAME, source, "audio/mpeg")
    store.put(NAME.replace("shows/m/", "shows/n/"), source, "audio/mpeg")

    assert [stored.name for stored in store.list("shows/m/7/0001")] == [NAME]
    assert list(store.list("shows/m/7/0002")) == []


def test_foreign_files_are_not_listed(store, root, source):
    store.put(NAME, source, "audio/mpeg")
    (root / NAME).with_name("notes.txt").touch()
    (root / ".hidden").touch()
    (root / "lost+found").mkdir()

    assert [stored.name for stored in store.list()] == [NAME]


def test_a_whole_object_has_a_descriptor_and_a_part_has_none(store, source):
    store.put(NAME, source, "audio/mpeg")

    with store.open_range(NAME) as whole, store.open_range(NAME, 1) as part:
        assert os.pread(whole.fileno(), 10, 0) == SOUND[:10]
        with pytest.raises(OSError, match="part of a file"):
            part.fileno()


def test_positions_count_from_the_start_of_the_range(store, source):
    store.put(NAME, source, "audio/mpeg")

    with store.open_range(NAME, 100, 200) as part:
        assert part.seek(0, os.SEEK_END) == 100
        assert part.seek(-10, os.SEEK_CUR) == 90
        assert part.read() == SOUND[190:200]
        assert part.seek(5) == part.tell() == 5
        assert part.read(3) == SOUND[105:108]


def test_a_position_before_the_range_and_a_closed_range_are_mistakes(store, source):
    store.put(NAME, source, "audio/mpeg")

    with store.open_range(NAME, 100, 200) as part:
        with pytest.raises(ValueError, match="before the start"):
            part.seek(-1)
        assert part.seek(500) == 500
        assert part.read() == b""
    with pytest.raises(ValueError, match="closed"):
        part.read()


def test_a_reader_outlives_the_deletion_of_its_object(store, source):
    store.put(NAME, source, "audio/mpeg")

    with store.open_range(NAME) as reader:
        store.delete(NAME)

        assert reader.read() == SOUND


def test_unfinished_copies_are_swept_once_they_are_old(store, root, source):
    store.put(NAME, source, "audio/mpeg")
    left = root / TEMPORARY / "left by a killed process"
    left.touch()
    made_at = datetime.fromtimestamp(left.stat().st_mtime, UTC)

    assert store.sweep_temporary(made_at - timedelta(hours=1)) == 0
    assert store.sweep_temporary(made_at + timedelta(hours=1)) == 1
    assert _temporary_files(root) == []
    assert store.stat(NAME).size_bytes == len(SOUND)


def test_sweeping_a_store_that_was_never_used_finds_nothing(store):
    assert store.sweep_temporary(datetime.now(UTC)) == 0


def test_a_file_changed_behind_the_stores_back_is_measured_again(store, root, source):
    before = store.put(NAME, source, "audio/mpeg")

    with (root / NAME).open("r+b") as file:
        file.write(b"changed")
        os.utime(file.fileno(), ns=(1, 1))

    with (root / NAME).open("rb") as file:
        assert store.stat(NAME).crc32c == file_crc32c(file.fileno()) != before.crc32c


def test_a_note_of_a_checksum_is_believed_so_that_no_sound_is_read(store, root, source):
    store.put(NAME, source, "audio/mpeg")
    with (root / NAME).open("rb") as file:
        keep_crc32c(file.fileno(), "AAAAAA==")
        if not os.listxattr(file.fileno()):
            pytest.skip("this file system keeps no notes with its files")

    assert store.stat(NAME).crc32c == "AAAAAA=="


def test_a_file_without_a_note_is_measured(store, root):
    (root / NAME).parent.mkdir(parents=True)
    (root / NAME).write_bytes(SOUND)

    with (root / NAME).open("rb") as file:
        assert store.stat(NAME).crc32c == file_crc32c(file.fileno())


def test_a_store_survives_the_removal_of_its_folder(store, root, source):
    store.put(NAME, source, "audio/mpeg")
    store.delete(NAME)
    (root / NAME).parent.rmdir()

    store.put(narration_name(SHA), source, "audio/flac")

    with pytest.raises(ObjectMissingError):
        store.stat(NAME)


@pytest.fixture(params=[0o000, 0o022], ids=oct)
def umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_what_is_stored_is_for_its_owner_alone(store, root, source):
    """Red with the modes that `mkdir` and `open` choose by themselves."""
    root.parent.chmod(0o755)

    store.put(NAME, source, "audio/mpeg")

    modes = {path: path.stat().st_mode & 0o777 for path in (root, *root.rglob("*"))}
    assert {path: mode for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}
