"""What the command line prints of a request for audio and of what was made."""

import click

from brief_audio.bootstrap import Container
from brief_audio.cli.terminal.output import print_json, print_pairs, say
from brief_audio.services.making.jobs import JobReport, Requested


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


def print_summary(report: JobReport, container: Container) -> None:
    """Print the result of a job that has ended; every figure is measured."""
    if report.rendition is None:
        say(f"Job {report.id} {report.status}: {report.error or 'no rendition was made'}")
    else:
        print_pairs(_pairs(report, container))
    for item in report.items:
        if item.state == "failed":
            say(f"Item {item.position} failed: {item.headline}: {item.error}")
    if report.held_reason:
        say(
            f"The rendition is held, not published: {report.held_reason}. Listeners keep the published edition, if any."
        )


def _pairs(report: JobReport, container: Container) -> list[tuple[str, object]]:
    rendition = report.rendition
    assert rendition is not None
    assert report.finished_at is not None
    assert report.claimed_at is not None
    work = (report.finished_at - report.claimed_at).total_seconds()
    is_whole = report.attempt == 1 and all(item.state == "spoken" for item in report.items)
    return [
        ("brief", f"{report.brief_slug}, rendition {rendition.number}, {rendition.state}"),
        ("items", report.total_items),
        ("failed items", report.failed_items),
        ("voices" if len(rendition.voices) > 1 else "voice", ", ".join(rendition.voices)),
        ("duration", f"{rendition.seconds:.1f} s"),
        ("generated in", f"{work:.1f} s"),
        ("real-time factor", f"{work / rendition.seconds:.3f}" if is_whole else None),
        ("loudness", f"{rendition.loudness_lufs:.1f} LUFS, true peak {rendition.true_peak_dbtp:.1f} dBTP"),
        ("file", f"{container.store.place(rendition.audio_object)} ({rendition.size_bytes / 1e6:.1f} MB)"),
        ("page", f"{container.settings.public_url}/briefs/{report.brief_slug}"),
    ]
