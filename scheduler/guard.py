"""The worker's guard against unexpected errors: log them, and carry on with everything else."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from brief_audio.domain.errors import BriefAudioError

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Surprise:
    """The unexpected error that ended the guarded block, if any."""

    error: Exception | None = None


@contextmanager
def guarded(what: str, tell: Callable[[Exception], object] | None = None) -> Iterator[Surprise]:
    """Let only `BriefAudioError` leave the block; log any other error and pass it to `tell`."""
    surprise = Surprise()
    try:
        yield surprise
    except BriefAudioError:
        raise
    except Exception as error:  # the outermost guard: a bug in one job or run must not affect others
        logger.exception("%s: unexpected error", what)
        surprise.error = error
        if tell is not None:
            tell(error)
