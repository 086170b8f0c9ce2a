"""Programmes of tone-like speech, and ears that share no code with the product."""

import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, date, datetime

import imageio_ffmpeg
import numpy as np
import pytest

from brief_audio.domain.audio import Sound
from brief_audio.domain.script import ScriptSection, Utterance
from brief_audio.mastering.base import EditionContent, Pauses, SpokenItem
from brief_audio.mastering.narration_file import write_narration

BODY_TEXT = "It cost $3.5bn & <more>, said the minister; nobody else --> would say by how much it had grown since May."


def tone_speech(seconds, *, level=0.2, rate_hz=22050, seed=1):
    """Return a buzz with syllables, a voice's overtones and a little hiss; peaks at about `level` * 2."""
    chance = np.random.default_rng(seed)
    time = np.arange(int(seconds * rate_hz)) / rate_hz
    pitch = 120 * (1 + 0.1 * np.sin(2 * np.pi * 0.7 * time + seed))
    phase = 2 * np.pi * np.cumsum(pitch) / rate_hz
    buzz = sum(np.sin(overtone * phase) / overtone**1.2 for overtone in range(1, 25))
    syllables = np.clip(np.sin(2 * np.pi * 3.5 * time + seed) + 0.3, 0, None) ** 1.5
    hiss = 0.05 * chance.standard_normal(len(time)) * np.clip(np.sin(2 * np.pi * 2.1 * time), 0, None)
    ends = np.minimum(1, np.minimum(np.arange(len(time)), np.arange(len(time))[::-1]) / 400)
    return Sound((level * (buzz * syllables + hiss) * ends).astype(np.float32), rate_hz)


@pytest.fixture
def speech():
    """Return a maker of tone-like speech."""
    return tone_speech


@pytest.fixture
def items_of():
    """Return a maker of items: each a headline and bodies, every utterance another sound."""

    def make(count, *, bodies=2, seconds=1.5, **kinds):
        return [
            [tone_speech(seconds * (0.6 if n == 0 else 1), seed=10 * i + n, **kinds) for n in range(bodies + 1)]
            for i in range(count)
        ]

    return make


@pytest.fixture
def make_programme(tmp_path):
    """Return a maker of programmes: a list of items, each a list of sounds, the first its headline."""

    def make(items, *, headlines=None, pauses=None, **fields):
        spoken = []
        for number, sounds in enumerate(items):
            path = tmp_path / f"narration {number}.flac"
            write_narration(path, sounds)
            headline = headlines[number] if headlines else f"Headline {number + 1}"
            parts = [ScriptSection.HEADLINE] + [ScriptSection.BODY] * (len(sounds) - 1)
            texts = [headline] + [BODY_TEXT] * (len(sounds) - 1)
            said = enumerate(zip(parts, texts, strict=True))
            utterances = tuple(Utterance(p, 200 * at, 200 * at + len(t), t, t) for at, (p, t) in said)
            spoken.append(SpokenItem(number + 1, headline, utterances, path))
        values = {
            "show_title": "Morning Brief",
            "show_slug": "morning-brief",
            "title": "Monday's brief",
            "language": "en",
            "local_date": date(2026, 3, 9),
            "number": 3,
            "voices": ("joe",),
            "cover": None,
            "made_at": datetime(2026, 3, 9, 4, 0, tzinfo=UTC),
        }
        return EditionContent(**(values | fields), items=tuple(spoken), pauses=pauses or Pauses())

    return make


@pytest.fixture
def work_dir(tmp_path):
    folder = tmp_path / "work folder"
    folder.mkdir()
    return folder


@dataclass(frozen=True)
class Heard:
    loudness_lufs: float
    true_peak_dbtp: float


@pytest.fixture(scope="session")
def ffmpeg():
    return imageio_ffmpeg.get_ffmpeg_exe()


@pytest.fixture
def listen(ffmpeg):
    """Measure a file with ffmpeg's own meter for loudness and true peak, in a run of its own."""

    def measure(path):
        command = [ffmpeg, "-hide_banner", "-nostats", "-i", str(path), "-map", "0:a"]
        command += ["-af", "ebur128=framelog=quiet:peak=true", "-f", "null", "-"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        loudness = float(re.findall(r"^ +I: +(\S+) LUFS", said, re.MULTILINE)[-1])
        peak = float(re.findall(r"^ +Peak: +(\S+) dBFS", said, re.MULTILINE)[-1])
        return Heard(loudness, peak)

    return measure


@pytest.fixture
def decode(ffmpeg):
    """Decode a file with ffmpeg to float samples."""

    def samples(path):
        command = [ffmpeg, "-v", "error", "-i", str(path), "-map", "0:a", "-f", "f32le", "-"]
        return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<f4")

    return samples


@pytest.fixture
def make_cover(ffmpeg, tmp_path):
    """Make a square test picture, `png` or `jpg`."""

    def make(kind, size=1400):
        path = tmp_path / f"cover 100%d.{kind}"
        source = ["-f", "lavfi", "-i", f"testsrc=size={size}x{size}", "-frames:v", "1", "-update", "1"]
        subprocess.run([ffmpeg, "-v", "error", *source, f"file:{tmp_path}/picture.{kind}"], check=True)
        (tmp_path / f"picture.{kind}").rename(path)
        return path

    return make


@pytest.fixture
def small_disk(tmp_path):
    """A disk of half a mebibyte."""
    place = tmp_path / "small disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(place)]
    mounted = subprocess.run(command, check=False, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)
