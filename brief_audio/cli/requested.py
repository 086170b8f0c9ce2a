"""What a request for a brief's audio came to, in words and in data."""

import click

from brief_audio.cli.output import print_json, say
from brief_audio.services.jobs import Requested


def tell_requested(requested: Requested, *, waits: bool) -> None:
    """Say whether there is a new job, one that was asked for before, or none that is needed."""
    if requested.up_to_date_rendition is not None:
        number = requested.up_to_date_rendition
        say(f"{requested.brief_slug}: rendition {number} is up to date; --force speaks it again.")
    elif requested.is_new:
        hint = "" if waits else " The next free worker takes it; `--wait` works on it here."
        say(f"{requested.brief_slug}: job {requested.job_id} is queued.{hint}")
    elif requested.is_outdated:
        say(
            f"{requested.brief_slug}: job {requested.job_id} is being worked on with the text as it was before:"
            " ask again when it has ended."
        )
    else:
        say(f"{requested.brief_slug}: job {requested.job_id} was asked for already; it has the text of now.")


def print_requested(requested: Requested, *, as_json: bool) -> None:
    """Print the job's number, or the whole as JSON."""
    if as_json:
        print_json(requested)
    elif requested.job_id is not None:
        click.echo(requested.job_id)
