"""What mastering does when it is told to stop, when ffmpeg misbehaves, and when its inputs are wrong."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from brief_audio.domain.errors import MasteringError, WorkCancelledError
from brief_audio.mastering.ffmpeg import Ffmpeg
from brief_audio.mastering.master import master
from brief_audio.mastering.profile import PODCAST
from brief_audio.mastering.stop_check import StopCheck, never_stop

pytestmark = pytest.mark.slow


@pytest.fixture
def program(tmp_path):
    """Make a program of a few lines of shell that stands in for ffmpeg."""

    def make(lines):
        path = tmp_path / "stand-in ffmpeg"
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(0o755)
        return path

    return make


def _stop_after(calls):
    """Return a `check_stop` that raises from the given call on."""
    count = iter(range(calls))

    def check_stop():
        if next(count, None) is None:
            raise WorkCancelledError("an editor cancelled the job")

    return check_stop


def _is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_cancelled_job_ends_before_anything_is_made(make_programme, items_of, work_dir):
    with pytest.raises(WorkCancelledError):
        master(make_programme(items_of(1)), work_dir, check_stop=_stop_after(0))

    assert list(work_dir.iterdir()) == []


@pytest.mark.parametrize("doing", ["cat > /dev/null; exec sleep 600", "exec sleep 600"])
def test_a_cancelled_job_ends_while_ffmpeg_hangs_and_takes_it_along(
    make_programme, items_of, work_dir, tmp_path, program, doing
):
    pid_file = tmp_path / "pid"
    stuck = program(f'echo $$ > "{pid_file}"\n{doing}')

    with pytest.raises(WorkCancelledError):
        master(make_programme(items_of(3, seconds=6)), work_dir, ffmpeg=stuck, check_stop=_stop_after(4))

    assert not _is_running(int(pid_file.read_text()))


def test_an_ffmpeg_that_fails_is_quoted(make_programme, items_of, work_dir, program):
    broken = program("echo 'libmp3lame: not in this build' >&2\nexit 8")

    with pytest.raises(MasteringError, match="not in this build") as caught:
        master(make_programme(items_of(1)), work_dir, ffmpeg=broken)

    assert not caught.value.permanent


def test_an_ffmpeg_that_says_too_much_is_cut(make_programme, items_of, work_dir, program):
    loud = program("yes 'something is wrong' | head -100000 >&2\nexit 1")

    with pytest.raises(MasteringError) as caught:
        master(make_programme(items_of(1)), work_dir, ffmpeg=loud)

    assert len(str(caught.value)) < 800


def test_an_ffmpeg_that_takes_too_long_is_ended(work_dir, program):
    stuck = program("exec sleep 600")

    with (
        pytest.raises(MasteringError, match="longer than"),
        Ffmpeg(stuck, [], log=work_dir / "log", seconds=0.3, pace=StopCheck(never_stop)) as process,
    ):
        process.read()


def test_an_ffmpeg_that_is_missing_is_a_mastering_error(make_programme, items_of, work_dir, tmp_path):
    with pytest.raises(MasteringError, match="did not start"):
        master(make_programme(items_of(1)), work_dir, ffmpeg=tmp_path / "nowhere")


def test_an_ffmpeg_that_writes_nothing_is_found_out(make_programme, items_of, work_dir, program):
    idle = program("cat > /dev/null\nexit 0")

    with pytest.raises(MasteringError):
        master(make_programme(items_of(1)), work_dir, ffmpeg=idle)


def test_a_file_that_decodes_to_nothing_is_found_out(make_programme, items_of, work_dir, program, ffmpeg):
    deaf = program(f'[ "$5" = -i ] && exit 0\nexec "{ffmpeg}" "$@"')

    with pytest.raises(MasteringError, match="contains no audio"):
        master(make_programme(items_of(1)), work_dir, ffmpeg=deaf)


def test_a_file_without_a_measured_loudness_is_found_out(make_programme, items_of, work_dir, program, ffmpeg):
    mute = program(f'[ "$5" = -i ] && exec head -c 400000 /dev/zero\nexec "{ffmpeg}" "$@"')

    with pytest.raises(MasteringError, match="did not report the loudness"):
        master(make_programme(items_of(1)), work_dir, ffmpeg=mute)


def test_a_loudness_that_cannot_be_reached_fails_with_what_was_measured(make_programme, items_of, work_dir):
    impossible = replace(PODCAST, loudness_lufs=0.0)

    with pytest.raises(MasteringError, match=r"its loudness is -\d+\.\d LUFS instead of 0\.0"):
        master(make_programme(items_of(1)), work_dir, profile=impossible)


def test_an_ffmpeg_that_drops_the_end_is_found_out(make_programme, items_of, work_dir, program, ffmpeg):
    short = program(f'[ "$5" = -i ] && set -- -t 2 "$@"\nexec "{ffmpeg}" "$@"')

    with pytest.raises(MasteringError, match=r"decodes to \d+\.\d+ s instead of"):
        master(make_programme(items_of(2)), work_dir, ffmpeg=short)


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg xmlns='x'/>", b"#EXTM3U\n/etc/passwd"])
def test_a_cover_that_is_no_picture_is_named(make_programme, items_of, work_dir, tmp_path, content):
    cover = tmp_path / "cover.png"
    cover.write_bytes(content)

    with pytest.raises(MasteringError, match=r"cover\.png is neither"):
        master(make_programme(items_of(1), cover=cover), work_dir)


def test_a_broken_picture_is_a_mastering_error(make_programme, items_of, work_dir, make_cover):
    cover = make_cover("png", 200)
    cover.write_bytes(cover.read_bytes()[:40])

    with pytest.raises(MasteringError):
        master(make_programme(items_of(1), cover=cover), work_dir)


def test_a_missing_cover_is_a_mastering_error(make_programme, items_of, work_dir, tmp_path):
    with pytest.raises(MasteringError, match="cover"):
        master(make_programme(items_of(1), cover=tmp_path / "none.png"), work_dir)


def test_a_damaged_narration_is_a_mastering_error(make_programme, items_of, work_dir):
    programme = make_programme(items_of(2))
    path = programme.items[1].narration
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    path.write_bytes(damaged)

    with pytest.raises(MasteringError, match="narration"):
        master(programme, work_dir)


def test_a_work_folder_that_is_missing_is_a_mastering_error(make_programme, items_of, tmp_path):
    with pytest.raises(MasteringError, match="could not write"):
        master(make_programme(items_of(1)), tmp_path / "nowhere")


@pytest.mark.skipif(os.geteuid() != 0, reason="a full disk can be mounted by root only")
def test_a_full_disk_is_a_mastering_error(make_programme, items_of, small_disk):
    with pytest.raises(MasteringError):
        master(make_programme(items_of(3, seconds=20)), small_disk)


def test_no_file_descriptor_is_left_open(make_programme, items_of, work_dir):
    programme = make_programme(items_of(2, seconds=10))
    master(programme, work_dir)
    before = _open_files()

    master(programme, work_dir)
    with pytest.raises(WorkCancelledError):
        master(programme, work_dir, check_stop=_stop_after(1))

    assert _open_files() == before
