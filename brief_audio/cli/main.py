"""The door: the group of all commands, and the one place where errors become sentences and exit codes."""

import os
import sys

import click

from brief_audio import logs
from brief_audio.cli.briefs import briefs
from brief_audio.cli.database import database
from brief_audio.cli.doctor import doctor
from brief_audio.cli.events import events
from brief_audio.cli.exits import Exit, exit_code
from brief_audio.cli.generate import generate
from brief_audio.cli.jobs import jobs
from brief_audio.cli.output import complain, say
from brief_audio.cli.run import run
from brief_audio.cli.scheduler import scheduler
from brief_audio.cli.schedules import schedules
from brief_audio.cli.shows import shows
from brief_audio.cli.text import text
from brief_audio.cli.users import users
from brief_audio.cli.voices import voices
from brief_audio.cli.web import web
from brief_audio.cli.workers import workers
from brief_audio.domain.errors import BriefAudioError

LOG_FORMAT = "BRIEF_LOG_FORMAT"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Turn a team's daily brief into a published audio edition.

    Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 conflict,
    75 try again, 78 settings, 130 stopped. Data goes to standard output, talk to standard error.
    """


for command in (
    run,
    web,
    scheduler,
    database,
    shows,
    schedules,
    briefs,
    generate,
    jobs,
    workers,
    users,
    events,
    voices,
    text,
    doctor,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    logs.set_up(os.environ.get(LOG_FORMAT, "").strip())  # the settings are yet to be read, and may be wrong
    logs.catch_the_rest()
    try:
        code = cli.main(prog_name="manage.py", standalone_mode=False)
    except BriefAudioError as error:
        complain(str(error))
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
