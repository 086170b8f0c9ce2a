"""Show a job's progress on standard error: a bar on a terminal, otherwise a line now and then."""

import sys
from threading import Event, Thread
from types import TracebackType
from typing import Self

import click

from brief_audio import logs
from brief_audio.cli.terminal.output import say
from brief_audio.db.connection.engine import Database
from brief_audio.domain.errors import BriefAudioError
from brief_audio.domain.jobs import SPEAKING_SHARE
from brief_audio.domain.work import WorkStatus
from brief_audio.services.making import jobs
from brief_audio.services.making.jobs import JobReport

LOOK_EVERY_SECONDS = 0.3
BAR_WIDTH = 32
PLAIN_STEP = 20  # per cent between two lines without a terminal


class Watcher:
    """Shows a job's progress from its own thread until the block ends."""

    def __init__(self, db: Database, job_id: int) -> None:
        self._db = db
        self._job_id = job_id
        self._ended = Event()
        self._last = -1
        self._is_terminal = sys.stderr.isatty() and not logs.is_json()
        self._thread = Thread(target=self._watch, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        if kind is None:
            self._look()
        if self._is_terminal:
            click.echo("", err=True)

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_EVERY_SECONDS):
            self._look()

    def _look(self) -> None:
        try:
            with self._db.transaction() as session:
                self._show(jobs.outline(session, self._job_id))
        except BriefAudioError:
            return  # the bar may pause; the worker reports what is wrong

    def _show(self, report: JobReport) -> None:
        if self._is_terminal:
            click.echo(f"\r\x1b[2K{_bar(report)}", err=True, nl=False)
        elif report.progress >= self._last + PLAIN_STEP or (report.is_final and self._last < report.progress):
            self._last = report.progress
            say(_words(report))


def _bar(report: JobReport) -> str:
    filled = BAR_WIDTH * report.progress // 100
    return f"[{'█' * filled}{'░' * (BAR_WIDTH - filled)}] {_words(report)}"


def _words(report: JobReport) -> str:
    items = f"{report.completed_items} of {report.total_items} items"
    failed = f", {report.failed_items} failed" if report.failed_items else ""
    return f"{report.progress:3d} % · {items}{failed} · {_doing(report)}"


def _doing(report: JobReport) -> str:
    if report.status == WorkStatus.PROCESSING and report.progress >= SPEAKING_SHARE:
        return "joining and storing"
    if report.status == WorkStatus.QUEUED and report.error:
        return f"retrying later: {report.error}"
    return report.status
