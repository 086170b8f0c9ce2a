"""The entry point: the group of all commands, and the one place that turns errors into messages and exit codes."""

import os
import sys

import click

from brief_audio import logs
from brief_audio.cli.terminal.exit_codes import Exit, exit_code
from brief_audio.cli.terminal.hints import with_hint
from brief_audio.cli.terminal.lazy_group import LazyGroup
from brief_audio.cli.terminal.output import complain, say
from brief_audio.domain.errors import BriefAudioError

LOG_FORMAT = "BRIEF_LOG_FORMAT"


# Each command's place, and its summary for `--help`, which is the first sentence of its own help.
COMMANDS = {
    "run": (
        "brief_audio.cli.run:run",
        "Run the whole product on this machine until Ctrl-C.",
    ),
    "web": ("brief_audio.cli.web:web", "Serve the site until stopped."),
    "scheduler": ("brief_audio.cli.scheduler:scheduler", "Run schedules and jobs until stopped."),
    "db": ("brief_audio.cli.database:database", "Check and migrate the database schema."),
    "shows": ("brief_audio.cli.shows:shows", "Add and list shows."),
    "schedules": (
        "brief_audio.cli.schedules:schedules",
        "Schedule each show's runs, and preview them.",
    ),
    "briefs": ("brief_audio.cli.briefs:briefs", "Import, list and show briefs."),
    "generate": ("brief_audio.cli.generate:generate", "Generate the audio of BRIEF (its ID or SHOW/DATE)."),
    "jobs": ("brief_audio.cli.jobs:jobs", "List, show, cancel and retry jobs."),
    "workers": ("brief_audio.cli.workers:workers", "List the workers."),
    "users": ("brief_audio.cli.users:users", "Create, list, disable and enable dashboard users."),
    "events": ("brief_audio.cli.events:events", "Read the event log."),
    "voices": ("brief_audio.cli.voices:voices", "List the voices and try them out."),
    "text": ("brief_audio.cli.text:text", "See how text will be spoken."),
    "doctor": (
        "brief_audio.cli.doctor:doctor",
        "Check the installation and explain how to fix problems.",
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Turn a team's daily brief into a published audio edition.

    Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 conflict,
    75 try again, 78 settings, 130 stopped. Data goes to standard output, messages to standard error.
    """


def main() -> None:
    """Run the command line and exit with its exit code."""
    logs.set_up(os.environ.get(LOG_FORMAT, "").strip())  # the settings are not read yet, and may be invalid
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
