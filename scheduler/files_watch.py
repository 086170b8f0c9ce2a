"""Check every hour that listeners can still get what is published: files can be deleted or truncated elsewhere."""

import logging
from threading import Lock, Thread

from brief_audio.bootstrap import Container
from brief_audio.domain.errors import StorageError, TryAgainError
from brief_audio.services.operations.error_log import met, record
from brief_audio.services.operations.rendition_files import PLACE, check_files
from scheduler.guard import guarded

logger = logging.getLogger(__name__)


class FilesWatch:
    """Check the files of every current rendition, one check at a time."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._one_at_a_time = Lock()

    def check_aside(self) -> None:
        """Check in a separate thread: storage may be slow, and the clock must not wait for it."""
        Thread(target=self.check, name="published files", daemon=True).start()

    def check(self) -> None:
        """Check now, unless another check is still running."""
        if not self._one_at_a_time.acquire(blocking=False):
            return
        try:
            with guarded(PLACE, tell=lambda error: record(self._container.db, met(error, PLACE))):
                self._look()
        finally:
            self._one_at_a_time.release()

    def _look(self) -> None:
        container = self._container
        try:
            found = check_files(container.db, container.store)
        except (StorageError, TryAgainError) as error:
            logger.warning("%s; published files are checked again in an hour", error)
            if isinstance(error, StorageError):
                record(container.db, met(error, PLACE))
            return
        for fault in found.faults:
            logger.error("%s; generate it again, which reuses stored narrations", fault)
