"""Temporary files: gone on every path, and swept where a process could not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from brief_audio.services import scratch


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
        "from brief_audio.services import scratch\n"
        "with scratch.work_folder(pathlib.Path(sys.argv[1]), 'job-9') as folder:\n"
        "    (folder / 'half.mp3').write_bytes(b'x')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", code, tmp_path], cwd=root, env={"PYTHONPATH": str(root)}, check=False)
    [left] = tmp_path.iterdir()

    assert scratch.sweep(tmp_path) == [left.name]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_lock_is_swept_once_it_is_old(tmp_path: Path) -> None:
    fresh, old = tmp_path / "job-1-a", tmp_path / "job-2-b"
    fresh.mkdir()
    old.mkdir()
    os.utime(old, (0, 0))

    assert scratch.sweep(tmp_path) == ["job-2-b"]
    assert fresh.is_dir()


def test_a_root_that_was_never_made_has_nothing_to_sweep(tmp_path: Path) -> None:
    assert scratch.sweep(tmp_path / "none") == []
