"""Speech by Coqui TTS; this package is the only one that imports TTS and torch, and only once a voice is loaded."""

from brief_audio.speech.coqui.engine import CoquiEngine

__all__ = ["CoquiEngine"]
