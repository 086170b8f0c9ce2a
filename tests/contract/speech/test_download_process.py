"""The wait for a download: it ends with the download, with its time, or with whoever asks for the end."""

import fcntl
import os
import sys
from pathlib import Path

import pytest

from brief_audio.domain.errors import StoppingError, VoiceUnavailableError
from brief_audio.speech.base import go_on
from brief_audio.speech.coqui.download_process import download
from brief_audio.speech.coqui.downloaded_models import fetched, folder_of

pytestmark = pytest.mark.slow

NAME = "tts_models/en/ljspeech/vits"
HANGS = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(3600)"
NOTES = """
import json, sys
from pathlib import Path
folder = Path(sys.argv[2])
folder.mkdir()
paths = {"checkpoint": folder / "model.pth", "config": folder / "config.json"}
for path in paths.values():
    path.touch()
note = {"vocoder": None, "vocoder_config": None} | {key: str(path) for key, path in paths.items()}
folder.with_suffix(".json").write_text(json.dumps(note))
"""


def python(program, *arguments):
    return [sys.executable, "-I", "-c", program, *map(str, arguments)]


def is_running(pid):
    return Path(f"/proc/{pid}").exists()


def stop():
    raise StoppingError("the worker is stopping")


@pytest.fixture
def stop_once_begun(tmp_path):
    """A check that raises once the download has written its process id."""

    def check():
        if (tmp_path / "pid").exists() and (tmp_path / "pid").read_text():
            stop()

    return check


def test_a_download_that_hangs_ends_with_whoever_waits_for_it(tmp_path, stop_once_begun):
    with pytest.raises(StoppingError):
        download(python(HANGS, tmp_path / "pid"), NAME, 1800, stop_once_begun)

    assert not is_running((tmp_path / "pid").read_text())


def test_a_download_that_hangs_ends_with_its_time(tmp_path):
    with pytest.raises(VoiceUnavailableError, match=f"Coqui did not download {NAME} within 0.1 s") as raised:
        download(python(HANGS, tmp_path / "pid"), NAME, 0.1, go_on)

    assert not raised.value.permanent


@pytest.mark.parametrize(
    ("program", "told", "is_permanent"),
    [
        ("import sys; sys.exit('first\\n the host cannot be reached \\n')", "the host cannot be reached", False),
        ("import sys; sys.stderr.write('no such model\\n'); sys.exit(2)", "no such model", True),
        ("import sys; sys.exit(3)", "it exited with status 3", False),
        ("import os; os.kill(os.getpid(), 9)", "it exited with status -9", False),
    ],
)
def test_a_download_that_fails_is_told_by_its_last_line(program, told, is_permanent):
    with pytest.raises(VoiceUnavailableError, match=f"Coqui could not download {NAME}: {told}$") as raised:
        download(python(program), NAME, 60, go_on)

    assert raised.value.permanent is is_permanent


def test_a_download_may_say_more_than_a_pipe_holds():
    download(python("import sys; sys.stderr.write('x' * 1_000_000); print('y' * 1_000_000)"), NAME, 60, go_on)


def test_a_ctrl_c_is_left_to_the_one_who_waits(tmp_path):
    group = tmp_path / "group"

    download(python("import os, sys; open(sys.argv[1], 'w').write(str(os.getpgrp()))", group), NAME, 60, go_on)

    assert int(group.read_text()) != os.getpgrp()


def test_what_was_downloaded_is_found(tmp_path):
    found = fetched(NAME, tmp_path, program=python(NOTES))

    assert found.checkpoint == folder_of(NAME, tmp_path) / "model.pth"
    assert fetched(NAME, tmp_path, program=python("raise SystemExit('twice')")) == found


def test_a_download_that_was_ended_is_begun_anew(tmp_path, stop_once_begun):
    hangs = python(HANGS, tmp_path / "pid")

    with pytest.raises(StoppingError):
        fetched(NAME, tmp_path, stop_once_begun, program=hangs)

    assert fetched(NAME, tmp_path, program=python(NOTES)).config.exists()


def test_waiting_for_the_download_of_another_process_can_be_ended(tmp_path):
    folder = folder_of(NAME, tmp_path)
    folder.parent.mkdir()

    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(StoppingError):
            fetched(NAME, tmp_path, stop)
