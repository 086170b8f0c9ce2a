"""`scheduler`: the clock and a worker."""

from threading import Event

import click

from brief_audio.bootstrap import Container
from brief_audio.cli.desk import opened
from brief_audio.cli.output import say
from brief_audio.cli.stopping import end_waiting_on, stop_on_signals
from brief_audio.domain.errors import BriefAudioError
from scheduler.clock import Clock
from scheduler.listener import Listener
from scheduler.turn import run_one
from scheduler.worker import Worker

LOOK_EVERY_SECONDS = 1.0


@click.command()
@click.option("--once", is_flag=True, help="Do what is due, then all work that is runnable, then end.")
def scheduler(*, once: bool) -> None:
    """Wake up, claim jobs and narrate them until stopped."""
    with stop_on_signals() as stop, opened() as desk:
        desk.settings_of_service()
        container = desk.container("scheduler")
        if once:
            turn_once(container, stop)
        else:
            say("Looking for jobs.")
            serve(container, stop)


def turn_once(container: Container, stop: Event) -> None:
    """Do the ticks that are due, then all work that is runnable, the most urgent kinds first."""
    end_waiting_on(stop, container.store)
    clock = Clock(container, wake=lambda: None)
    clock.tick()
    clock.keep_nights()
    while not stop.is_set() and any(run_one(container, stop, kind) for kind in container.kinds):
        pass


def serve(container: Container, stop: Event) -> None:
    """Run the clock and a worker until `stop` is set; the worker gives back the job in hand."""
    worker = Worker(container)
    clock = Clock(container, wake=worker.wake)
    listener = Listener(container.db, worker.wake)
    worker.start()
    listener.start()
    try:
        clock.start()
        while not stop.wait(LOOK_EVERY_SECONDS):
            if not worker.is_alive:
                raise BriefAudioError("the worker met an error that nobody foresaw; the log has it. Start again.")
    finally:
        listener.stop()
        worker.stop()
        worker.join()
        clock.stop()
