"""The alarm clock: APScheduler calls, the database decides. It stores nothing, so any number may run."""

import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

from apscheduler.schedulers.background import BackgroundScheduler

from brief_audio.bootstrap import Container
from brief_audio.db import jobs
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import BriefAudioError, ConflictError, StoppingError, StorageError, TryAgainError
from brief_audio.services import nights, punctuality, scratch
from brief_audio.services.orphans import sweep_orphans
from scheduler.worker import worker_name

logger = logging.getLogger(__name__)
NIGHTS_EVERY_SECONDS = 5
FIRST_SWEEP_AFTER = timedelta(minutes=10)  # a service that is started anew every day must sweep, too


class Clock:
    """Wakes a worker for queued jobs, keeps the nights, and rescues the jobs of workers that died."""

    def __init__(
        self, container: Container, wake: Callable[[], None], *, first_sweep_after: timedelta = FIRST_SWEEP_AFTER
    ) -> None:
        self._container = container
        self._wake = wake
        self._stopping = Event()
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        self._scheduler.add_job(wake, "interval", seconds=container.settings.poll_seconds)
        self._scheduler.add_job(self.tick, "interval", seconds=container.rules.rescue_every.total_seconds())
        self._scheduler.add_job(self.keep_nights, "interval", seconds=NIGHTS_EVERY_SECONDS)
        self._scheduler.add_job(self._sweep_aside, "interval", days=1, next_run_time=utc_now() + first_sweep_after)

    def start(self) -> None:
        """Do what is due, then begin to tick."""
        self.tick()
        self.keep_nights()
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more. A sweep that waits for its store is not waited for: it leaves nothing half-done."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def tick(self) -> None:
        """Take the jobs of dead workers back, and sweep the temporary files that they left."""
        try:
            with self._container.db.transaction() as session:
                rescued = jobs.rescue(session, self._container.rules, actor=worker_name())
        except TryAgainError as error:
            logger.warning("%s; trying again", error)
            return
        for job_id in rescued:
            logger.warning("job %s: rescued, its worker died", job_id)
        for name in scratch.sweep(self._container.scratch):
            logger.info("removed the temporary folder %s of a process that died", name)

    def keep_nights(self) -> None:
        """Make the jobs of the nights that are due; a worker finds them at once."""
        container = self._container
        try:
            news = nights.keep_nights(
                container.db, container.speech, now=utc_now(), actor=worker_name(), check=self._check
            )
            late = punctuality.tell_late(container.db, now=utc_now(), actor=worker_name())
        except TryAgainError as error:
            logger.warning("%s; the nights are looked at again", error)
        except StoppingError:
            return
        except BriefAudioError:
            logger.exception("the nights could not be looked at")
        else:
            for night in news:
                logger.info("night %s/%s: %s", night.show, night.local_date, night.state)
            for edition in late:
                logger.warning("%s/%s is not out in time", edition.show, edition.local_date)
            if any(night.job_id for night in news):
                self._wake()

    def _check(self) -> None:
        if self._stopping.is_set():
            raise StoppingError("the clock is stopping")

    def sweep(self) -> None:
        """Delete what lies in the store and no row names any more."""
        container = self._container
        try:
            deleted = sweep_orphans(
                container.db, container.store, container.scratch, now=utc_now(), is_stopping=self._stopping.is_set
            )
        except (ConflictError, StorageError, TryAgainError) as error:
            logger.warning("%s; what nobody needs in the store is looked for again tomorrow", error)
            return
        for name in deleted:
            logger.info("deleted %s from the store: nothing names it", name)

    def _sweep_aside(self) -> None:
        Thread(target=self.sweep, name="sweep", daemon=True).start()
