"""The few lines that end a generation: what was made, in how long, how loud, where."""

from brief_audio.bootstrap import Container
from brief_audio.cli.output import print_pairs, say
from brief_audio.services.jobs import JobReport


def print_summary(report: JobReport, container: Container) -> None:
    """Print the result of a job that has ended; every figure is a measured one."""
    if report.rendition is None:
        say(f"Job {report.id} {report.status}: {report.error or 'no rendition was made'}")
    else:
        print_pairs(_pairs(report, container))
    for item in report.items:
        if item.state == "failed":
            say(f"Item {item.position} failed: {item.headline}: {item.error}")
    if report.held_reason:
        say(f"The rendition is held, not published: {report.held_reason}. What was published before stays.")


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
        ("failed", report.failed_items),
        ("voices" if len(rendition.voices) > 1 else "voice", ", ".join(rendition.voices)),
        ("sound", f"{rendition.seconds:.1f} s"),
        ("work", f"{work:.1f} s"),
        ("real-time factor", f"{work / rendition.seconds:.3f}" if is_whole else None),
        ("loudness", f"{rendition.loudness_lufs:.1f} LUFS, true peak {rendition.true_peak_dbtp:.1f} dBTP"),
        ("file", f"{container.store.place(rendition.audio_object)} ({rendition.size_bytes / 1e6:.1f} MB)"),
        ("page", f"{container.settings.public_url}/briefs/{report.brief_slug}"),
    ]
