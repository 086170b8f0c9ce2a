"""Compare how long the nightly work takes with this product, plain Coqui and Piper, on the sample brief in one run.

    python -m bench.narration [--rounds N]

All three speak the same words with the same voice on this machine, and each makes one MP3. The product is timed from
claiming its job to the published edition, including mastering and storing, with its speech processes not yet started;
the others from the first import to the joined file. With several rounds, medians are reported.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.environment import environment_with
from bench.product import BenchmarkError, MeasuredJob, Product
from bench.side import Side
from brief_audio.domain.clock import utc_now
from brief_audio.domain.text.script_writer import write_script
from brief_audio.mastering.ffmpeg import bundled_ffmpeg
from brief_audio.sample import SAMPLE_BRIEF, sample_brief
from brief_audio.speech.packaged_voice_files import checked_config, checked_model
from brief_audio.speech.packaged_voices import PACKAGED_VOICES

PROJECT = Path(__file__).parents[1]
PIPER = ("piper-tts==1.8.0",)
WRITTEN, EDITED = "For the first time since 2003, you can", "For the first time in two decades, you can"


@dataclass(frozen=True, slots=True)
class Round:
    """One round: four figures of the product, and those it is compared with."""

    cold: MeasuredJob
    warm: MeasuredJob
    edited: MeasuredJob
    peak_mib: float
    coqui: MeasuredJob
    piper: MeasuredJob


@dataclass(frozen=True, slots=True)
class NarrationResult:
    """The figures in the line of JSON; all wall times are in seconds."""

    wall_vs_plain_coqui: float
    wall_vs_piper: float
    peak_mib: float
    one_edited_share: float
    real_time_factor: float
    cold_seconds: float
    warm_seconds: float
    warm_real_time_factor: float
    one_edited_seconds: float
    sound_seconds: float
    plain_coqui_seconds: float
    piper_seconds: float
    rounds: int


def main(arguments: Sequence[str]) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.narration", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1, choices=range(1, 10), metavar="1-9")
    rounds: int = parser.parse_args(arguments).rounds
    home = Path(os.environ.get("BRIEF_DATA_DIR", PROJECT / "var")).absolute() / "bench"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        piper_python = environment_with(home / "piper", PIPER)
        done = [_round(number, home, piper_python) for number in range(1, rounds + 1)]
    except BenchmarkError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    result = _result(done)
    _print_table(result, done)
    print(json.dumps({name: _rounded(value) for name, value in asdict(result).items()}))
    return 0


def _round(number: int, home: Path, piper_python: Path) -> Round:
    """Have each side speak the brief, one after another."""
    folder = Path(tempfile.mkdtemp(prefix="round-", dir=home))
    try:
        print(f"Round {number}: the product …", file=sys.stderr)
        product = Product(folder / "data")
        product.command("voices", "say", "Good morning.", str(folder / "one.wav"))  # converts the voice, once
        cold, warm, edited, peak_mib = _measure_product(product, folder)
        print(f"Round {number}: plain Coqui …", file=sys.stderr)
        voice = folder / "data" / "voices" / "joe"
        coqui = _measure(sys.executable, "bench.plain_coqui", folder, voice / "model.pth", voice / "config.json")
        print(f"Round {number}: Piper …", file=sys.stderr)
        [packaged] = PACKAGED_VOICES
        piper = _measure(piper_python, "bench.piper", folder, checked_model(packaged), checked_config(packaged))
    except BenchmarkError as error:
        raise BenchmarkError(f"{error} (kept: {folder})") from error
    shutil.rmtree(folder)
    return Round(cold, warm, edited, peak_mib, coqui, piper)


def _measure_product(product: Product, folder: Path) -> tuple[MeasuredJob, MeasuredJob, MeasuredJob, float]:
    with product.running() as memory:
        cold = product.job(1)
        [brief] = json.loads(product.command("briefs", "list", "--json"))
        warm = product.generate(brief["slug"], "--force")
    changed = folder / "edited.md"
    changed.write_text(SAMPLE_BRIEF.read_text(encoding="utf-8").replace(WRITTEN, EDITED), encoding="utf-8")
    product.command("briefs", "import", str(changed), "--date", brief["local_date"], "--replace")
    with product.running():
        edited = product.generate(brief["slug"])
    if (cold.spoken, warm.spoken, edited.spoken, edited.reused) != (10, 10, 1, 9):
        raise BenchmarkError(f"the jobs did not speak and reuse the expected items: {cold}, {warm}, {edited}")
    return cold, warm, edited, memory.peak_mib


def _measure(python: Path | str, module: str, folder: Path, model: Path, config: Path) -> MeasuredJob:
    out = folder / module
    out.mkdir()
    side = Side(texts=_spoken_texts(), model=model, config=config, folder=out, ffmpeg=bundled_ffmpeg())
    done = subprocess.run(
        [str(python), "-m", module], cwd=PROJECT, input=side.written(), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BenchmarkError(f"{module} exited with status {done.returncode}: {done.stderr.strip()[-2000:]}")
    reported = json.loads(done.stdout.strip().splitlines()[-1])
    return MeasuredJob(reported["wall_seconds"], reported["sound_seconds"], spoken=len(side.texts), reused=0)


def _spoken_texts() -> tuple[str, ...]:
    """Return each item's words as the product speaks them: other readings of "$48.6m" would be longer or shorter."""
    scripts = (write_script(item.headline, item.body, language="en") for item in sample_brief(utc_now().date()).items)
    return tuple(" ".join(utterance.spoken for utterance in script.utterances) for script in scripts)


def _result(done: Sequence[Round]) -> NarrationResult:
    cold, warm = _median([one.cold.wall_seconds for one in done]), _median([one.warm.wall_seconds for one in done])
    edited = _median([one.edited.wall_seconds for one in done])
    coqui, piper = _median([one.coqui.wall_seconds for one in done]), _median([one.piper.wall_seconds for one in done])
    sound = _median([one.cold.sound_seconds for one in done])
    return NarrationResult(
        wall_vs_plain_coqui=cold / coqui,
        wall_vs_piper=cold / piper,
        peak_mib=max(one.peak_mib for one in done),
        one_edited_share=edited / cold,
        real_time_factor=cold / sound,
        cold_seconds=cold,
        warm_seconds=warm,
        warm_real_time_factor=_median([one.warm.real_time_factor for one in done]),
        one_edited_seconds=edited,
        sound_seconds=sound,
        plain_coqui_seconds=coqui,
        piper_seconds=piper,
        rounds=len(done),
    )


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


def _rounded(value: float) -> float:
    return value if isinstance(value, int) else round(value, 3)


def _print_table(result: NarrationResult, done: Sequence[Round]) -> None:
    last = done[-1]
    rows = (
        ("this product, cold", result.cold_seconds, last.cold.sound_seconds),
        ("this product, warm", result.warm_seconds, last.warm.sound_seconds),
        ("this product, one item of ten edited, cold", result.one_edited_seconds, last.edited.sound_seconds),
        ("plain Coqui and ffmpeg concat", result.plain_coqui_seconds, last.coqui.sound_seconds),
        ("Piper and ffmpeg concat", result.piper_seconds, last.piper.sound_seconds),
    )
    print(f"{'':44}{'work s':>9}{'sound s':>9}{'RTF':>8}{'to cold':>9}")
    for name, wall, sound in rows:
        print(f"{name:44}{wall:9.1f}{sound:9.1f}{wall / sound:8.3f}{result.cold_seconds / wall:9.2f}")
    print(f"peak memory of the product's processes, PSS: {result.peak_mib:.0f} MiB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
