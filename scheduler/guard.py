"""The worker's one guard against what nobody foresaw: it is told in the log, and everything else goes on."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from brief_audio.domain.errors import BriefAudioError

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Surprise:
    """What the guarded block ended with, if it was not foreseen."""

    error: Exception | None = None


@contextmanager
def guarded(what: str, tell: Callable[[Exception], object] | None = None) -> Iterator[Surprise]:
    """Let nothing out of the block but errors that the product raises on purpose; `tell` hears of any other."""
    surprise = Surprise()
    try:
        yield surprise
    except BriefAudioError:
        raise
    except Exception as error:  # the outermost guard: a mistake in one job or night must cost no other
        logger.exception("%s: unexpected", what)
        surprise.error = error
        if tell is not None:
            tell(error)
