"""Temporary files: gone on every path, and swept where a process could not."""

import subprocess
import sys
from pathlib import Path

import pytest

from brief_audio.services.operations import scratch


def run(code: str, *words: object) -> str:
    """What a Python of its own prints that runs `code`."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.run(
        command, cwd=root, env={"PYTHONPATH": str(root)}, stdout=subprocess.PIPE, check=False, text=True
    ).stdout


def test_a_work_folder_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    with scratch.work_folder(tmp_path / "tmp", "job-1") as folder:
        (folder / "sound.flac").write_bytes(b"x")
        assert folder.stat().st_mode & 0o077 == 0

    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_work_folder_is_gone_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="broken"), scratch.work_folder(tmp_path, "job-1"):
        raise ValueError("broken")

    assert list(tmp_path.iterdir()) == []


def test_a_living_process_keeps_its_folder(tmp_path: Path) -> None:
    with scratch.work_folder(tmp_path, "job-1") as folder:
        assert scratch.sweep(tmp_path) == []
        assert folder.is_dir()


def test_the_folder_of_a_killed_process_is_swept(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, signal, sys\n"
        "from brief_audio.services.operations import scratch\n"
        "with scratch.work_folder(pathlib.Path(sys.argv[1]), 'job-9') as folder:\n"
        "    (folder / 'half.mp3').write_bytes(b'x')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    run(code, tmp_path)
    [left] = tmp_path.iterdir()

    assert scratch.sweep(tmp_path) == [left.name]
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_process_that_was_killed_while_removing_it_is_swept(tmp_path: Path) -> None:
    (tmp_path / "job-1-a").mkdir()
    (tmp_path / "job-1-a" / "half.mp3").write_bytes(b"x")

    assert scratch.sweep(tmp_path) == ["job-1-a"]
    assert list(tmp_path.iterdir()) == []


SWEPT_MEANWHILE = """
import pathlib, sys
from brief_audio.services.operations import scratch
root, moment = pathlib.Path(sys.argv[1]), sys.argv[2]
def sweep_once(event, arguments):
    global moment
    if event == moment and (event != "open" or str(arguments[0]).endswith(scratch.LOCK)):
        moment = None
        print(len(scratch.sweep(root)), end=" ")
sys.addaudithook(sweep_once)
with scratch.work_folder(root, "job-1") as folder:
    print(folder.is_dir(), scratch.sweep(root))
"""


@pytest.mark.parametrize("moment", ["open", "fcntl.flock"])
def test_a_sweep_between_making_and_locking_costs_no_work(tmp_path: Path, moment: str) -> None:
    """Red where a folder that lost its lock, or itself, to somebody else's sweep is worked in all the same."""
    assert run(SWEPT_MEANWHILE, tmp_path, moment) == "1 True []\n"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_looked_into_is_left_and_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "closed" / scratch.LOCK).mkdir(parents=True)  # refused to root, too, as another user's folder is to us
    (tmp_path / "job-1-a").mkdir()

    assert scratch.sweep(tmp_path) == ["job-1-a"]
    assert scratch.sweep(tmp_path) == []
    assert caplog.text.count("closed: ") == 1


def test_a_root_that_was_never_made_has_nothing_to_sweep(tmp_path: Path) -> None:
    assert scratch.sweep(tmp_path / "none") == []
