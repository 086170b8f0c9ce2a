"""`workers`: list the workers."""

import click

from brief_audio.cli.terminal.command_context import opened
from brief_audio.cli.terminal.output import print_json, print_table, say
from brief_audio.services.operations import workers as service


@click.group()
def workers() -> None:
    """List the workers."""


@workers.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, as_json: bool) -> None:
    """List the workers: when each last reported, where it runs, and its running jobs."""
    with opened() as desk, desk.migrated.transaction() as session:
        found = service.listed(session)
    if as_json:
        print_json(found)
        return
    if not found:
        say("No worker is running. To start one, run: manage.py scheduler")
        return
    print_table(
        ["WORKER", "STATE", "SEEN", "HOST", "PID", "VERSION", "STARTED", "JOBS", "MEMORY"],
        [
            [
                one.name,
                "down" if one.is_silent else "OK",
                f"{one.seen_seconds_ago:.0f} s ago",
                one.host,
                one.pid,
                one.version,
                one.started_at,
                f"{', '.join(map(str, one.jobs)) or 'none'} (at most {one.concurrency})",
                f"{one.memory_mib} MiB",
            ]
            for one in found
        ],
    )
