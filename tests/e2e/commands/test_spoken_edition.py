"""One brief spoken by the real voice, from its text to the finished file, and heard with ffmpeg's own ears."""

import json
import re
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from tests.e2e.product import Product

pytestmark = pytest.mark.slow
RATE_HZ = 44_100
BRIEF = {
    "show": "morning-brief",
    "date": "2026-03-20",
    "title": "Friday",
    "items": [
        {"headline": "The bridge opens early", "body": "It opens at noon today. The work cost $3.5bn, a week's wages."},
        {"headline": "Fares stay frozen", "body": "Dr. Ames said prices rose 2.25% in the year to 12 March 2026."},
        {"headline": "Rain by evening", "body": "Showers follow from the west. Highs near 11 °C."},
    ],
}


def ffmpeg(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", *words], capture_output=True, check=True)


def decoded_seconds(path: Path) -> float:
    samples = ffmpeg(
        "-v", "error", "-i", path, "-map", "0:a", "-f", "s16le", "-ac", "1", "-ar", str(RATE_HZ), "-"
    ).stdout
    return len(samples) / 2 / RATE_HZ


def integrated_loudness(path: Path) -> float:
    told = ffmpeg("-nostats", "-i", path, "-map", "0:a", "-af", "ebur128", "-f", "null", "-").stderr.decode()
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", told)[-1])


def silences(path: Path, seconds: float) -> int:
    told = ffmpeg("-nostats", "-i", path, "-map", "0:a", "-af", f"silencedetect=n=-50dB:d={seconds}", "-f", "null", "-")
    return told.stderr.decode().count("silence_start")


def test_the_voice_reads_a_brief_into_one_correct_file(with_show: Product, tmp_path: Path) -> None:
    with_show.engine = "coqui"
    (tmp_path / "friday.json").write_text(json.dumps(BRIEF), encoding="utf-8")
    assert with_show.command("briefs", "import", str(tmp_path / "friday.json")).returncode == 0

    generated = with_show.command("generate", "morning-brief/2026-03-20", "--wait", "--json")

    assert generated.returncode == 0, generated.stderr.decode()
    report = json.loads(generated.stdout)
    audio = with_show.data_dir / "store" / report["rendition"]["audio_object"]
    manifest = json.loads(audio.with_suffix(".manifest.json").read_text())
    assert report["completed_items"] == 3
    assert abs(decoded_seconds(audio) - report["rendition"]["seconds"]) <= 0.05
    assert 15 < report["rendition"]["seconds"] < 45
    assert sum(item["seconds"] for item in report["items"]) < report["rendition"]["seconds"]
    assert -16.5 <= integrated_loudness(audio) <= -15.5
    assert silences(audio, 1.0) >= 2  # the pauses after items
    assert silences(audio, 3.0) == 0
    assert len(manifest["items"]) == 3
    with_show.wait_until_gone()
