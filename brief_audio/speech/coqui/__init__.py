"""Speech by Coqui TTS. Only this package imports TTS and torch, and only when a voice is loaded."""

from brief_audio.speech.coqui.engine import CoquiEngine

__all__ = ["CoquiEngine"]
