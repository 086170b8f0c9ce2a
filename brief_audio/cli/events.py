"""`events`: read the event log."""

import click

from brief_audio.cli.terminal.command_context import opened
from brief_audio.cli.terminal.output import print_json
from brief_audio.cli.terminal.stop_signals import stop_on_signals
from brief_audio.db.connection.engine import Database
from brief_audio.services.operations import event_history
from brief_audio.services.operations.event_history import Follower, HistoryLine

LOOK_EVERY_SECONDS = 1.0


@click.group()
def events() -> None:
    """Read the event log."""


@events.command()
@click.option("--job", type=click.IntRange(1), help="Only print the events of this job.")
@click.option(
    "--limit",
    type=click.IntRange(1, event_history.MOST_LINES),
    default=50,
    show_default=True,
    help="How many to print.",
)
@click.option("--follow", is_flag=True, help="Keep printing new events until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def tail(*, job: int | None, limit: int, follow: bool, as_json: bool) -> None:
    """Print the newest events in order, or all events of one job."""
    if follow and as_json:
        raise click.UsageError("--follow and --json can't be used together")
    with opened() as desk:
        db = desk.migrated
        follower = Follower(job)
        with db.transaction() as session:
            found = follower.begin(session, limit=event_history.MOST_LINES if job else limit)
        if as_json:
            print_json(found)
            return
        _print(found)
        if follow:
            _follow(db, follower)


def _follow(db: Database, follower: Follower) -> None:
    with stop_on_signals() as stop:
        while not stop.wait(LOOK_EVERY_SECONDS):
            with db.transaction() as session:
                found = follower.news(session)
            _print(found)


def _print(lines: list[HistoryLine]) -> None:
    for line in lines:
        about = f" job {line.job_id}" if line.job_id else ""
        attempt = f" attempt {line.attempt}" if line.attempt else ""
        message = f": {line.message}" if line.message else ""
        click.echo(f"{line.at.astimezone():%Y-%m-%d %H:%M:%S %Z}  {line.kind}{about}{attempt}{message}  ({line.actor})")
