"""Names the speech engines, and makes factories of them that a child process can be given."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from brief_audio.domain import voice_names
from brief_audio.domain.errors import NotFoundError
from brief_audio.speech.base import SpeechEngine
from brief_audio.speech.coqui import CoquiEngine
from brief_audio.speech.own_model import OwnModel
from brief_audio.speech.tone import ToneEngine

ENGINE_NAMES = voice_names.ENGINES


def engine_factory(
    name: str, *, model_dir: Path, load_seconds: float, own: OwnModel | None = None
) -> Callable[[], SpeechEngine]:
    """Return what makes the engine of that name, here or in another process; raise `NotFoundError` for no such name.

    Coqui keeps its converted voices in `model_dir`, made absolute because a child may start elsewhere. `own` is one
    more voice of Coqui's; its name must be no other voice's.
    """
    match name:
        case voice_names.COQUI:
            return partial(CoquiEngine, model_dir.absolute(), load_seconds, own=own)
        case voice_names.TONE:
            return partial(ToneEngine, *([own.voice_name] if own else []))
        case _:
            raise NotFoundError(f"there is no engine {name!r}; there are: {', '.join(ENGINE_NAMES)}")
