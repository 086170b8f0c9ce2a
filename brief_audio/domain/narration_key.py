"""The narration key: a hash of everything that decides how an item sounds, so that equal audio is made only once."""

import hashlib
import json

from brief_audio.domain.script import Script

_SEED_BITS = 63


def narration_key(
    script: Script, *, engine: str, voice: str, model_sha256: str, phonemiser: str, speed: float, take: int
) -> str:
    """Return 64 hexadecimal digits that differ as soon as one utterance would be spoken differently.

    This is SHA-256 over canonical JSON. From the script it uses only what is spoken: not the author's spelling, not the
    place in the text, and not the pauses, which are added later.
    """
    inputs = {
        "engine": engine,
        "model_sha256": model_sha256,
        "phonemiser": phonemiser,
        "speed": float(speed),
        "take": take,
        "utterances": [utterance.spoken for utterance in script.utterances],
        "voice": voice,
    }
    canonical = json.dumps(inputs, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def utterance_seed(key: str, number: int) -> int:
    """Return the seed, within 0…2**63-1, for an utterance, given its narration's key and its number (from 0)."""
    digest = hashlib.sha256(f"{key}/{number}".encode("ascii")).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - _SEED_BITS)
