"""Integrated loudness (ITU-R BS.1770-5, EBU R128), computed from the energies of short blocks of weighted audio.

From the energies, the loudness after any change of gain follows without reading the audio again. This is used to find
the gain that is right after limiting. The finished file is measured by ffmpeg's own meter.
"""

import numpy as np

from brief_audio.domain.audio import Samples
from brief_audio.mastering.profile import MASTER_RATE_HZ

BLOCK = 147  # samples: a 300th of a second, an even part of the 100 ms step of the gating blocks
_STEP_BLOCKS = MASTER_RATE_HZ // 10 // BLOCK
_GATE_STEPS = 4  # 400 ms, overlapping by three quarters
_OFFSET_DB = -0.691
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0


def integrated_loudness(energies: Samples) -> float | None:
    """Return the loudness in LUFS for the K-weighted energies of blocks (sums of squares).

    Return None if nothing passes the gate: for silence, and for anything shorter than 400 ms.
    """
    steps = energies[: len(energies) // _STEP_BLOCKS * _STEP_BLOCKS].reshape(-1, _STEP_BLOCKS).sum(axis=1, dtype=float)
    if len(steps) < _GATE_STEPS:
        return None
    sums = np.convolve(steps, np.ones(_GATE_STEPS), "valid")
    powers = sums / (_GATE_STEPS * _STEP_BLOCKS * BLOCK)
    powers = powers[powers > _power(_ABSOLUTE_GATE_LUFS)]
    if not len(powers):
        return None
    gate = powers.mean() * 10 ** (_RELATIVE_GATE_LU / 10)
    return float(_OFFSET_DB + 10 * np.log10(powers[powers > gate].mean()))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_DB) / 10))
