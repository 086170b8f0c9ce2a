"""Checks that a finished file must pass before it may be stored."""

from collections.abc import Iterator
from pathlib import Path

from brief_audio.domain.errors import MasteringError
from brief_audio.mastering.measurements import Measurements
from brief_audio.mastering.profile import MASTER_RATE_HZ, Profile
from brief_audio.mastering.timeline import Timeline

SMALLEST_BYTES = 1024
LENGTH_TOLERANCE_SECONDS = 0.05
SHORTEST_WITH_LOUDNESS_SECONDS = 3.0  # R128's short-term window: in less, a single word changes the figure


def check_finished(
    audio: Path, timeline: Timeline, measured: Measurements, profile: Profile, *, has_cover: bool
) -> None:
    """Raise `MasteringError` with everything that is wrong about a finished file."""
    problems = [
        *_file_problems(audio),
        *_content_problems(timeline, measured, has_cover=has_cover),
        *_level_problems(measured, timeline, profile),
    ]
    if problems:
        raise MasteringError(f"the finished file failed its checks: {'; '.join(problems)}")


def are_levels_right(measured: Measurements, timeline: Timeline, profile: Profile) -> bool:
    """Return whether loudness and true peak match the profile."""
    return not any(_level_problems(measured, timeline, profile))


def _file_problems(audio: Path) -> Iterator[str]:
    if not audio.is_file():
        yield f"{audio} is not a file"
    elif audio.stat().st_size <= SMALLEST_BYTES:
        yield f"it has only {audio.stat().st_size} bytes"


def _content_problems(timeline: Timeline, measured: Measurements, *, has_cover: bool) -> Iterator[str]:
    lengths = measured.length / MASTER_RATE_HZ, timeline.length / MASTER_RATE_HZ
    if abs(lengths[0] - lengths[1]) > LENGTH_TOLERANCE_SECONDS:
        yield f"it decodes to {lengths[0]:.3f} s instead of {lengths[1]:.3f} s"
    if measured.chapter_count != len(timeline.items):
        yield f"it has {measured.chapter_count} chapters for {len(timeline.items)} items"
    if measured.has_cover != has_cover:
        yield "its cover is missing" if has_cover else "it has an unexpected cover"


def _level_problems(measured: Measurements, timeline: Timeline, profile: Profile) -> Iterator[str]:
    is_long_enough = timeline.length >= SHORTEST_WITH_LOUDNESS_SECONDS * MASTER_RATE_HZ
    if is_long_enough and not abs(measured.loudness_lufs - profile.loudness_lufs) <= profile.loudness_tolerance:
        yield f"its loudness is {measured.loudness_lufs:.1f} LUFS instead of {profile.loudness_lufs:.1f}"
    if not measured.true_peak_dbtp <= profile.true_peak_dbtp:
        yield f"its true peak is {measured.true_peak_dbtp:.1f} dBTP, above {profile.true_peak_dbtp:.1f}"
