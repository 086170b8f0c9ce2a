"""A Coqui model of the operator's choice, as given in the settings."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OwnModel:
    """A model from Coqui's list (`name`) or from files (`checkpoint`, `config`), used as the voice `voice_name`."""

    voice_name: str
    name: str | None = None  # such as tts_models/en/ljspeech/vits
    checkpoint: Path | None = None
    config: Path | None = None
    speaker: str | None = None  # for models with several
    language: str | None = None  # BCP 47; None for the model's own

    @property
    def origin(self) -> str:
        """Return where the model comes from, in words."""
        return f"Coqui's model {self.name}" if self.name else f"the checkpoint {self.checkpoint}"
