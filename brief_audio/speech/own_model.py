"""A Coqui model of the operator's own choice, as the settings name it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OwnModel:
    """Either `name`, of Coqui's own list, or `checkpoint` and `config` are given; it becomes the voice `voice_name`."""

    voice_name: str
    name: str | None = None  # such as tts_models/en/ljspeech/vits
    checkpoint: Path | None = None
    config: Path | None = None
    speaker: str | None = None  # of a model with several
    language: str | None = None  # BCP 47; None: what the model says

    @property
    def origin(self) -> str:
        """Return where the model comes from, in words."""
        return f"Coqui's model {self.name}" if self.name else f"the checkpoint {self.checkpoint}"
