"""The clock: APScheduler calls, the database decides. It stores nothing, so any number of clocks can run."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from threading import Event, Thread

from apscheduler.schedulers.background import BackgroundScheduler

from brief_audio.bootstrap import Container
from brief_audio.db import work
from brief_audio.db.operations.health import server_clock
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import BriefAudioError, ConflictError, StoppingError, StorageError, TryAgainError
from brief_audio.services.operations import scratch
from brief_audio.services.operations.error_log import met, record
from brief_audio.services.operations.orphaned_objects import sweep_orphans
from brief_audio.services.operations.retention import forget_old
from brief_audio.services.schedules import due_runs, late_editions
from brief_audio.services.work.kind import WorkKind
from scheduler.clock_steps import ClockSteps
from scheduler.files_watch import FilesWatch
from scheduler.guard import Surprise, guarded
from scheduler.presence import Presence, worker_name

logger = logging.getLogger(__name__)
NIGHTS_EVERY_SECONDS = 5
PRESENT_EVERY_SECONDS = 10
LEAVE_SECONDS = 2.0
LOOK_AT_CLOCK_SECONDS = 1.0
FIRST_CHECK_AFTER = timedelta(minutes=1)  # first check of published files; hourly afterwards
FIRST_SWEEP_AFTER = timedelta(minutes=10)  # soon enough for a service that restarts daily


class Clock:
    """Wake workers for queued jobs, run schedules, rescue jobs of dead workers, and clean up."""

    def __init__(
        self,
        container: Container,
        wake: Callable[[], None],
        *,
        first_check_after: timedelta = FIRST_CHECK_AFTER,
        first_sweep_after: timedelta = FIRST_SWEEP_AFTER,
        steps: ClockSteps | None = None,
    ) -> None:
        self._container = container
        self._wake = wake
        self._presence = Presence(container)
        self._stopping = Event()
        self._steps = steps or ClockSteps()
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        self._alarms = [
            self._scheduler.add_job(alarm, "interval", seconds=seconds, next_run_time=utc_now())
            for alarm, seconds in (
                (wake, container.settings.poll_seconds),
                (self.tick, container.rules.rescue_every.total_seconds()),
                (self.keep_nights, NIGHTS_EVERY_SECONDS),
                (self.be_present, PRESENT_EVERY_SECONDS),
            )
        ]
        self._files = FilesWatch(container)
        self._scheduler.add_job(
            self._files.check_aside, "interval", hours=1, next_run_time=utc_now() + first_check_after
        )
        self._scheduler.add_job(self._sweep_aside, "interval", days=1, next_run_time=utc_now() + first_sweep_after)
        self._watch = Thread(target=self._watch_steps, name="clock steps", daemon=True)

    def start(self) -> None:
        """Do everything that is due, then continue on schedule."""
        self._scheduler.start()
        self._watch.start()

    def stop(self) -> None:
        """Stop. Don't wait for a sweep that waits for its storage: it leaves nothing half done."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
            leaving = Thread(target=self._leave, name="leaving", daemon=True)  # the database may be unreachable
            leaving.start()
            leaving.join(LEAVE_SECONDS)

    def _watch_steps(self) -> None:
        while not self._stopping.wait(LOOK_AT_CLOCK_SECONDS):
            if step := self._steps.step_seconds():
                logger.warning("this machine's clock was changed by %+.0f s; running every timer now", step)
                for alarm in self._alarms:
                    alarm.modify(next_run_time=utc_now())

    def _leave(self) -> None:
        try:
            self._presence.leave()
        except TryAgainError as error:
            logger.warning("%s; the list of workers shows this one as down for a day", error)

    def be_present(self) -> None:
        """Report that this worker is running."""
        try:
            self._presence.tell()
        except TryAgainError as error:
            logger.warning("%s; the list of workers shows this one as down until then", error)

    def tick(self) -> None:
        """Rescue the work of dead workers, and delete the temporary files they left behind."""
        for kind in self._container.kinds:
            self._rescue(kind)
        for name in scratch.sweep(self._container.scratch):
            logger.info("removed temporary folder %s of a dead process", name)

    def _rescue(self, kind: WorkKind) -> None:
        try:
            with self._container.db.transaction() as session:
                rescued = work.rescue(session, kind.table, kind.rules, actor=worker_name())
        except TryAgainError as error:
            logger.warning("%s; trying again", error)
            return
        for work_id in rescued:
            logger.warning("%s %s: rescued, its worker died", kind.table.name, work_id)

    def keep_nights(self) -> None:
        """Create the jobs of scheduled runs that are due, and wake a worker for them."""
        container = self._container
        try:
            now = self._now()
            news = due_runs.make_due_runs(
                container.db,
                container.speech,
                now=now,
                actor=worker_name(),
                check=self._check,
                each=self._each_night,
                store=container.store,
            )
            late = late_editions.report_late(container.db, now=now, actor=worker_name())
        except TryAgainError as error:
            logger.warning("%s; checking scheduled runs again soon", error)
        except StoppingError:
            return
        except BriefAudioError as error:
            logger.exception("checking scheduled runs failed")
            record(container.db, met(error, "nights"))
        else:
            for night in news:
                logger.info("scheduled run %s/%s: %s", night.show, night.local_date, night.state)
            for edition in late:
                logger.warning("%s/%s is late: not published in time", edition.show, edition.local_date)
            if any(night.job_id for night in news):
                self._wake()

    def _each_night(self, what: str) -> AbstractContextManager[Surprise]:
        return guarded(what, tell=lambda error: record(self._container.db, met(error, "nights")))

    def _now(self) -> datetime:
        """Return the time by the database's clock: one machine's wrong clock must not spoil a scheduled run."""
        with self._container.db.transaction() as session:
            return server_clock(session)

    def _check(self) -> None:
        if self._stopping.is_set():
            raise StoppingError("the clock is stopping")

    def sweep(self) -> None:
        """Delete stored objects that no row refers to any more."""
        container = self._container
        try:
            deleted = sweep_orphans(
                container.db, container.store, container.scratch, now=utc_now(), is_stopping=self._stopping.is_set
            )
        except (ConflictError, StorageError, TryAgainError) as error:
            logger.warning("%s; looking for unused stored files again tomorrow", error)
            if isinstance(error, StorageError):
                record(container.db, met(error, "sweep of the store"))
            return
        for name in deleted:
            logger.info("deleted %s from storage: nothing refers to it", name)

    def forget(self) -> None:
        """Delete history that is too old to keep."""
        days = self._container.settings.history_days
        try:
            before = self._now() - timedelta(days=days)
            forgotten = forget_old(self._container.db, before=before, is_stopping=self._stopping.is_set)
        except TryAgainError as error:
            logger.warning("%s; deleting old history again tomorrow", error)
            return
        if forgotten.events or forgotten.ticks:
            logger.info("deleted %d events and %d ticks older than %d days", forgotten.events, forgotten.ticks, days)

    def _sweep_aside(self) -> None:
        Thread(target=self._keep_house, name="sweep", daemon=True).start()

    def _keep_house(self) -> None:
        self.forget()
        self.sweep()
