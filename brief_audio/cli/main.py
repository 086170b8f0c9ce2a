"""The door: the group of all commands, and the one place where errors become sentences and exit codes."""

import os
import sys

import click

from brief_audio import logs
from brief_audio.cli.exits import Exit, exit_code
from brief_audio.cli.hints import with_hint
from brief_audio.cli.lazy_group import LazyGroup
from brief_audio.cli.output import complain, say
from brief_audio.domain.errors import BriefAudioError

LOG_FORMAT = "BRIEF_LOG_FORMAT"


# Each command's place, and its summary as `--help` lists it: the first sentence of its own help.
COMMANDS = {
    "run": (
        "brief_audio.cli.run:run",
        "Start everything here, narrate the sample brief once, and serve until Ctrl-C.",
    ),
    "web": ("brief_audio.cli.web:web", "Serve the listening pages and the audio until stopped."),
    "scheduler": ("brief_audio.cli.scheduler:scheduler", "Wake up, claim jobs and narrate them until stopped."),
    "db": ("brief_audio.cli.database:database", "Look at the database's schema and bring it up to date."),
    "shows": ("brief_audio.cli.shows:shows", "Make shows and list them."),
    "schedules": (
        "brief_audio.cli.schedules:schedules",
        "Say when each show's nights are, and look at them beforehand.",
    ),
    "briefs": ("brief_audio.cli.briefs:briefs", "Import briefs and read them."),
    "generate": ("brief_audio.cli.generate:generate", "Make the audio of BRIEF (its number, or SHOW/DATE)."),
    "jobs": ("brief_audio.cli.jobs:jobs", "Look at jobs, cancel them, try them again."),
    "workers": ("brief_audio.cli.workers:workers", "Look at the workers."),
    "users": ("brief_audio.cli.users:users", "Make users of the dashboard, list them, let them in or keep them out."),
    "events": ("brief_audio.cli.events:events", "Read what happened."),
    "voices": ("brief_audio.cli.voices:voices", "Look at the voices and hear them."),
    "text": ("brief_audio.cli.text:text", "Look at what the voice would be given."),
    "doctor": (
        "brief_audio.cli.doctor:doctor",
        "Look at disk, ffmpeg, database, store and voices, and say how to mend what is wrong.",
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Turn a team's daily brief into a published audio edition.

    Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 conflict,
    75 try again, 78 settings, 130 stopped. Data goes to standard output, talk to standard error.
    """


def main() -> None:
    """Run the command line and leave with its exit code."""
    logs.set_up(os.environ.get(LOG_FORMAT, "").strip())  # the settings are yet to be read, and may be wrong
    logs.catch_the_rest()
    try:
        code = cli.main(prog_name="manage.py", standalone_mode=False)
    except BriefAudioError as error:
        complain(with_hint(error))
        code = exit_code(error)
    except click.ClickException as error:
        _show(error)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("Stopped.")
        code = Exit.INTERRUPTED
    except OSError as error:
        complain(str(error))
        code = Exit.FAILED
    sys.exit(int(code or Exit.OK))


def _show(error: click.ClickException) -> None:
    if logs.is_json():
        complain(error.format_message())
    else:
        error.show()
