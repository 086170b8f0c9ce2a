"""`generate`: request a brief's audio, and optionally wait for it."""

import time

import click

from brief_audio.bootstrap import Container
from brief_audio.cli.generation_output import print_requested, print_summary, tell_requested
from brief_audio.cli.terminal.command_context import opened
from brief_audio.cli.terminal.exit_codes import Exit
from brief_audio.cli.terminal.output import print_json
from brief_audio.cli.terminal.progress import Watcher
from brief_audio.cli.terminal.stop_signals import end_waiting_on, stop_on_signals
from brief_audio.domain.errors import StoppingError
from brief_audio.services.briefs import lookup
from brief_audio.services.making import jobs
from brief_audio.services.making.jobs import JobReport
from scheduler.clock import Clock
from scheduler.turn import run_one

ACTOR = "command line"
LOOK_EVERY_SECONDS = 0.5


@click.command()
@click.argument("brief")
@click.option("--wait", is_flag=True, help="Run the job here, unless a worker has claimed it, and wait until it ends.")
@click.option("--force", is_flag=True, help="Re-record every item as its next take.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def generate(context: click.Context, *, brief: str, wait: bool, force: bool, as_json: bool) -> None:
    """Generate the audio of BRIEF (its ID or SHOW/DATE).

    With --wait, exits with 1 if the job fails, is cancelled, or its rendition is held.
    """
    with opened() as desk:
        container = desk.container("cli")
        with container.db.transaction() as session:
            brief_id = lookup.brief_by_reference(session, brief).id
        requested = jobs.request_generation(
            container.db,
            brief_id,
            container.speech,
            rules=container.rules,
            force=force,
            requested_by=ACTOR,
            store=container.store,
        )
        tell_requested(requested, waits=wait)
        if requested.job_id is None or not wait:
            print_requested(requested, as_json=as_json)
            return
        report = wait_for(container, requested.job_id)
        if as_json:
            print_json(report)
        else:
            print_summary(report, container)
        context.exit(Exit.OK if report.status == "completed" and report.held_reason is None else Exit.FAILED)


def wait_for(container: Container, job_id: int) -> JobReport:
    """Run the job unless another worker has claimed it; return its report once it is final.

    Also rescue the job if its worker died; otherwise the wait would never end when no scheduler is running.
    On Ctrl-C, release the job and raise `StoppingError`.
    """
    clock = Clock(container, wake=lambda: None)
    rescued_at = 0.0
    with stop_on_signals() as stop, Watcher(container.db, job_id):
        end_waiting_on(stop, container.store)
        while not (report := _report(container, job_id)).is_final:
            if stop.is_set():
                raise StoppingError(f"stopped; job {job_id} is {report.status}, and the next worker will continue it")
            if time.monotonic() - rescued_at > container.rules.rescue_every.total_seconds():
                clock.tick()
                rescued_at = time.monotonic()
            if not run_one(container, stop, work_id=job_id):
                stop.wait(LOOK_EVERY_SECONDS)
    return report


def _report(container: Container, job_id: int) -> JobReport:
    with container.db.transaction() as session:
        return jobs.report(session, job_id)
