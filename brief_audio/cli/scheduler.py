"""`scheduler`: run the clock and a worker."""

from threading import Event

import click

from brief_audio.bootstrap import Container
from brief_audio.cli.terminal.command_context import opened
from brief_audio.cli.terminal.output import say
from brief_audio.cli.terminal.stop_signals import end_waiting_on, stop_on_signals
from brief_audio.domain.errors import BriefAudioError
from scheduler.clock import Clock
from scheduler.turn import run_one
from scheduler.wakeup_listener import Listener
from scheduler.worker import Worker

LOOK_EVERY_SECONDS = 1.0


@click.command()
@click.option("--once", is_flag=True, help="Run everything that is due now, then exit.")
def scheduler(*, once: bool) -> None:
    """Run schedules and jobs until stopped."""
    with stop_on_signals() as stop, opened() as desk:
        desk.settings_of_service()
        container = desk.container("scheduler")
        if once:
            turn_once(container, stop)
        else:
            say("Waiting for jobs.")
            serve(container, stop)


def turn_once(container: Container, stop: Event) -> None:
    """Run the ticks that are due, then all runnable work, the most urgent kinds first."""
    end_waiting_on(stop, container.store)
    clock = Clock(container, wake=lambda: None)
    clock.tick()
    clock.keep_nights()
    while not stop.is_set() and any(run_one(container, stop, kind) for kind in container.kinds):
        pass


def serve(container: Container, stop: Event) -> None:
    """Run the clock and a worker until `stop` is set; the worker then releases its running jobs."""
    worker = Worker(container)
    clock = Clock(container, wake=worker.wake)
    listener = Listener(container.db, worker.wake)
    worker.start()
    listener.start()
    try:
        clock.start()
        while not stop.wait(LOOK_EVERY_SECONDS):
            if not worker.is_alive:
                raise BriefAudioError("the worker stopped because of an unexpected error; see the log, then restart")
    finally:
        listener.stop()
        worker.stop()
        worker.join()
        clock.stop()
