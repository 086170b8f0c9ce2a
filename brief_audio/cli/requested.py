"""Print the result of a request for a brief's audio, as a message and as data."""

import click

from brief_audio.cli.output import print_json, say
from brief_audio.services.jobs import Requested


def tell_requested(requested: Requested, *, waits: bool) -> None:
    """Say whether a job was queued, already existed, or isn't needed."""
    if requested.up_to_date_rendition is not None:
        number = requested.up_to_date_rendition
        say(f"{requested.brief_slug}: rendition {number} is up to date. Use --force to re-record it.")
    elif requested.is_new:
        hint = "" if waits else " The next free worker will run it; use `--wait` to run it here."
        say(f"{requested.brief_slug}: job {requested.job_id} is queued.{hint}")
    elif requested.is_outdated:
        say(
            f"{requested.brief_slug}: job {requested.job_id} is running with an older text."
            " Request the audio again once it has ended."
        )
    else:
        say(f"{requested.brief_slug}: job {requested.job_id} already exists and has the current text.")


def print_requested(requested: Requested, *, as_json: bool) -> None:
    """Print the job's ID, or the whole result as JSON."""
    if as_json:
        print_json(requested)
    elif requested.job_id is not None:
        click.echo(requested.job_id)
