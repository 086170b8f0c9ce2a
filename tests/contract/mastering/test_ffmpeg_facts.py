"""What ffmpeg says of itself."""

from pathlib import Path

import pytest

from brief_audio.domain.errors import MasteringError
from brief_audio.mastering.ffmpeg import bundled_ffmpeg
from brief_audio.mastering.ffmpeg_facts import ffmpeg_facts

pytestmark = pytest.mark.slow


def script(folder: Path, text: str) -> Path:
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_bundled_one_makes_mp3() -> None:
    facts = ffmpeg_facts(bundled_ffmpeg())

    assert facts.version
    assert facts.encodes_mp3


def test_one_without_the_encoder_is_seen(tmp_path: Path) -> None:
    assert not ffmpeg_facts(script(tmp_path, "echo ffmpeg version 7.1")).encodes_mp3


@pytest.mark.parametrize("text", ["echo hello", "exit 1", "kill -9 $$", ""])
def test_a_program_that_is_no_ffmpeg_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(MasteringError):
        ffmpeg_facts(script(tmp_path, text))


def test_a_missing_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MasteringError, match="does not run"):
        ffmpeg_facts(tmp_path / "none")
