"""A converted voice's folder: made once, whole or not at all, and made again when it is damaged."""

import fcntl
from concurrent.futures import ThreadPoolExecutor

import pytest

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.coqui.cached_folder import cached_folder


class Maker:
    """Writes one file; keeps the folders that it was given."""

    def __init__(self, error=None):
        self.folders = []
        self.error = error

    def __call__(self, folder):
        self.folders.append(folder)
        (folder / "model").write_bytes(b"weights")
        if self.error is not None:
            raise self.error


def make(folder, maker, recipe="r1", wait_seconds=30.0):
    return cached_folder(folder, recipe=recipe, make=maker, wait_seconds=wait_seconds)


def test_it_is_made_at_first_and_kept_afterwards(tmp_path):
    maker = Maker()
    folder = tmp_path / "a folder" / "joe"

    make(folder, maker)
    make(folder, maker)

    assert (folder / "model").read_bytes() == b"weights"
    assert len(maker.folders) == 1


def test_many_at_once_make_it_once(tmp_path):
    maker = Maker()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: make(tmp_path / "joe", maker), range(8)))

    assert len(maker.folders) == 1


@pytest.mark.parametrize("damage", ["cut", "missing file", "missing manifest", "torn manifest"])
def test_a_damaged_one_is_made_again(tmp_path, damage):
    maker = Maker()
    folder = make(tmp_path / "joe", maker)
    match damage:
        case "cut":
            (folder / "model").write_bytes(b"weigh")
        case "missing file":
            (folder / "model").unlink()
        case "missing manifest":
            (folder / "manifest.json").unlink()
        case "torn manifest":
            (folder / "manifest.json").write_text("{")

    make(folder, maker)

    assert (folder / "model").read_bytes() == b"weights"
    assert len(maker.folders) == 2


def test_another_recipe_makes_it_again(tmp_path):
    maker = Maker()
    make(tmp_path / "joe", maker)

    make(tmp_path / "joe", maker, recipe="r2")

    assert len(maker.folders) == 2


def test_a_failure_leaves_nothing_behind(tmp_path):
    with pytest.raises(ValueError, match="bad"):
        make(tmp_path / "joe", Maker(ValueError("bad")))

    assert [path.name for path in tmp_path.iterdir()] == ["joe.lock"]


def test_what_a_killed_process_left_is_swept(tmp_path):
    (tmp_path / ".joe-half").mkdir()
    (tmp_path / ".joe-half" / "model").write_bytes(b"half")

    make(tmp_path / "joe", Maker())

    assert sorted(path.name for path in tmp_path.iterdir()) == ["joe", "joe.lock"]


def test_a_lock_held_elsewhere_is_waited_for_within_the_limit(tmp_path):
    with (tmp_path / "joe.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(VoiceUnavailableError, match=r"another process is still creating .*joe after 0\.05 s"):
            make(tmp_path / "joe", Maker(), wait_seconds=0.05)


def test_a_folder_that_cannot_be_written_is_told_by_name(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(VoiceUnavailableError, match=r"cannot write the voice's files to .*file/joe"):
        make(tmp_path / "file" / "joe", Maker())
