"""What to do about an error, in commands: the command line's advice for each error code."""

from collections.abc import Mapping

from brief_audio.domain.errors import BriefAudioError

# The facts of the error fill the braces.
HINTS = {
    "backfill_in_future": "`manage.py schedules add` schedules the dates to come",
    "brief_exists": "--replace replaces it",
    "brief_is_draft": "`manage.py briefs ready {brief}` marks it as ready",
    "date_changed_already": "`manage.py schedules undo` removes that change",
    "file_exists": "--force overwrites it",
    "no_brief_today": "`manage.py briefs import` imports one",
    "no_run_to_move": "`manage.py schedules extra` adds one",
    "no_schedule": "`manage.py schedules add {show}` adds one",
    "no_such_brief": "`manage.py briefs list` lists the briefs",
    "no_such_job": "`manage.py jobs list` lists the jobs",
    "no_such_schedule": "`manage.py schedules list` lists the schedules",
    "no_such_show": "`manage.py shows list` lists the shows, `manage.py shows add` makes one",
    "no_such_user": "`manage.py users list` lists the users",
    "no_such_voice": "`manage.py voices list` lists the voices",
    "run_exists": "`manage.py schedules move` changes its time",
    "run_time_passed": "`manage.py schedules run {schedule}` makes today's audio now",
}


def hint(code: str, facts: Mapping[str, object]) -> str:
    """Return what to do about the problem with that code; empty if there is nothing to add."""
    return HINTS.get(code, "").format_map(facts)


def with_hint(error: BriefAudioError) -> str:
    """Return the message of an error, followed by what to do about it."""
    advice = hint(error.code, error.facts)
    return f"{str(error).removesuffix('.')}; {advice}" if advice else str(error)
