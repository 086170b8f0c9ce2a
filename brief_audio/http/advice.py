"""What to do about an error or a failed check, in the dashboard's own words."""

from brief_audio.services.operations.health import Check

# By the code of an error. An error that is not here needs no more than its message: that is deliberate.
ADVICE = {
    "brief_exists": "Replace it, or choose another date.",
    "brief_is_draft": "Mark the brief as ready on its page.",
    "date_changed_already": "Remove that change first.",
    "no_brief_today": "Write or import one first.",
    "no_run_to_move": "Add a run on that date instead.",
    "run_exists": "Move that run instead.",
    "run_time_passed": "Use “Run now” to make today’s audio.",
}
# By the code of a check.
FIXES = {
    "clocks_differ": "Synchronise the clocks of both machines with NTP.",
    "files_missing": "Generate each of these briefs again: stored narrations are reused.",
    "jobs_waiting": "Start a worker, or check its log for the reason.",
    "low_disk_space": "Free some space, or move the data folder to a larger disk.",
    "mastering_failed": "Reinstall Brief Audio’s requirements on this machine.",
    "schema_outdated": "Upgrade the database.",
}


def advice(code: str) -> str:
    """Return what to do about an error with that code; empty if there is nothing to add."""
    return ADVICE.get(code, "")


def fix_for(check: Check) -> str:
    """Return how to fix what a check found; empty if there is nothing to add."""
    return FIXES.get(check.code, "")
