"""What a finished file is measured against."""

from dataclasses import dataclass

MASTER_RATE_HZ = 44_100


@dataclass(frozen=True, slots=True)
class Profile:
    """Targets for one kind of listening: loudness (EBU R128), true peak (ITU-R BS.1770), constant bit rate."""

    loudness_lufs: float
    loudness_tolerance: float
    true_peak_dbtp: float
    bit_rate: int


PODCAST = Profile(loudness_lufs=-16.0, loudness_tolerance=0.5, true_peak_dbtp=-1.0, bit_rate=128_000)
