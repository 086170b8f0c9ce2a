"""`events`: what happened, in order."""

import click

from brief_audio.cli.desk import opened
from brief_audio.cli.output import print_json
from brief_audio.cli.stopping import stop_on_signals
from brief_audio.db.engine import Database
from brief_audio.services import history
from brief_audio.services.history import Follower, HistoryLine

LOOK_EVERY_SECONDS = 1.0


@click.group()
def events() -> None:
    """Read what happened."""


@events.command()
@click.option("--job", type=click.IntRange(1), help="Only this job's story.")
@click.option("--limit", type=click.IntRange(1, history.MOST_LINES), default=50, show_default=True)
@click.option("--follow", is_flag=True, help="Go on with what happens next, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def tail(*, job: int | None, limit: int, follow: bool, as_json: bool) -> None:
    """Print the newest events in order, or a job's whole story."""
    if follow and as_json:
        raise click.UsageError("--follow prints lines as they come; --json one document")
    with opened() as desk:
        db = desk.migrated
        follower = Follower(job)
        with db.transaction() as session:
            found = follower.begin(session, limit=history.MOST_LINES if job else limit)
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
