"""`workers`: who is there to narrate."""

import click

from brief_audio.cli.desk import opened
from brief_audio.cli.output import print_json, print_table, say
from brief_audio.services import workers as service


@click.group()
def workers() -> None:
    """Look at the workers."""


@workers.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, as_json: bool) -> None:
    """List the workers: when each was last heard of, where it runs, and the jobs it has in hand."""
    with opened() as desk, desk.migrated.transaction() as session:
        found = service.listed(session)
    if as_json:
        print_json(found)
        return
    if not found:
        say("No worker runs: `manage.py scheduler` is one.")
        return
    print_table(
        ["WORKER", "STATE", "SEEN", "HOST", "PID", "VERSION", "SINCE", "JOBS", "MEMORY"],
        [
            [
                one.name,
                "silent" if one.is_silent else "alive",
                f"{one.seen_seconds_ago:.0f} s ago",
                one.host,
                one.pid,
                one.version,
                one.started_at,
                f"{', '.join(map(str, one.jobs)) or 'none'} (of {one.concurrency} at once)",
                f"{one.memory_mib} MiB",
            ]
            for one in found
        ],
    )
