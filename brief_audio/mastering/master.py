"""Mastering: turn narrations into one finished, tagged and verified file with captions, chapters and manifest."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from brief_audio.domain.errors import MasteringError
from brief_audio.mastering.base import EditionContent, Mastered
from brief_audio.mastering.encode_to_target import EncodedResult, encode_to_target
from brief_audio.mastering.encoding import EncoderInput
from brief_audio.mastering.ffmpeg import bundled_ffmpeg
from brief_audio.mastering.final_checks import check_finished
from brief_audio.mastering.profile import MASTER_RATE_HZ, PODCAST, Profile
from brief_audio.mastering.side_files import file_facts, write_captions, write_chapters, write_manifest
from brief_audio.mastering.stop_check import StopCheck, never_stop
from brief_audio.mastering.tags import ffmetadata
from brief_audio.mastering.timeline import Timeline, chapters, lay_out, milliseconds
from brief_audio.mastering.waveform import bars, long_silences


def master(
    programme: EditionContent,
    work_dir: Path,
    *,
    ffmpeg: Path | None = None,
    check_stop: Callable[[], None] = never_stop,
    profile: Profile = PODCAST,
) -> Mastered:
    """Create the files of a rendition in `work_dir`; return them with the figures measured on them.

    `check_stop` is called about five times per second and can raise an error to stop the work. Raise `MasteringError`
    if the files can't be created or fail their checks; the caller must then clean up `work_dir`.
    """
    pace = StopCheck(check_stop)
    pace.tick()
    timeline = lay_out(programme)
    metadata = ffmetadata(programme, chapters(timeline))
    encoding = EncoderInput(ffmpeg or bundled_ffmpeg(), work_dir, metadata, programme.cover, profile.bit_rate)
    audio = work_dir / "edition.mp3"
    try:
        take = encode_to_target(encoding, timeline, audio, profile, pace)
        check_finished(audio, timeline, take.measured, profile, has_cover=programme.cover is not None)
        return _with_side_files(programme, timeline, _mastered(audio, timeline, take, profile), take)
    except OSError as error:
        raise MasteringError(f"could not write the rendition's files: {error}") from error


def _mastered(audio: Path, timeline: Timeline, take: EncodedResult, profile: Profile) -> Mastered:
    facts, measured = file_facts(audio), take.measured
    return Mastered(
        audio=audio,
        captions=audio.with_suffix(".vtt"),
        chapters_file=audio.with_suffix(".chapters.json"),
        manifest=audio.with_suffix(".manifest.json"),
        chapters=chapters(timeline),
        sha256=facts.sha256,
        size_bytes=facts.size_bytes,
        duration_ms=milliseconds(timeline.length),
        rate_hz=MASTER_RATE_HZ,
        bit_rate=profile.bit_rate,
        loudness_lufs=measured.loudness_lufs,
        true_peak_dbtp=round(measured.true_peak_dbtp, 2),
        silences=long_silences(measured.window_peaks),
        peaks=bars(measured.window_powers),
    )


def _with_side_files(
    programme: EditionContent, timeline: Timeline, mastered: Mastered, take: EncodedResult
) -> Mastered:
    write_captions(mastered.captions, timeline)
    write_chapters(mastered.chapters_file, programme, mastered.chapters)
    sections: dict[str, Any] = {
        "audio": _audio_section(mastered, timeline, take),
        "files": {
            "captions": asdict(file_facts(mastered.captions)),
            "chapters": asdict(file_facts(mastered.chapters_file)),
        },
        "chapters": [asdict(chapter) for chapter in mastered.chapters],
        "silences": mastered.silences,
        "peaks": mastered.peaks,
    }
    write_manifest(mastered.manifest, programme, timeline, sections)
    return mastered


def _audio_section(mastered: Mastered, timeline: Timeline, take: EncodedResult) -> dict[str, Any]:
    return {
        "format": "mp3",
        "sha256": mastered.sha256,
        "size_bytes": mastered.size_bytes,
        "duration_ms": mastered.duration_ms,
        "samples": timeline.length,
        "rate_hz": mastered.rate_hz,
        "channels": 1,
        "bit_rate": mastered.bit_rate,
        "loudness_lufs": mastered.loudness_lufs,
        "true_peak_dbtp": mastered.true_peak_dbtp,
        "gain_db": round(take.gain_db, 2),
        "encodings": take.encodings,
        "ffmpeg": take.ffmpeg_version,
    }
