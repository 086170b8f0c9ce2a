"""The door: the group of all commands, and the one place where errors become sentences and exit codes."""

import sys

import click

from brief_audio.cli.briefs import briefs
from brief_audio.cli.database import database
from brief_audio.cli.doctor import doctor
from brief_audio.cli.exits import Exit, exit_code
from brief_audio.cli.generate import generate
from brief_audio.cli.jobs import jobs
from brief_audio.cli.output import say
from brief_audio.cli.run import run
from brief_audio.cli.scheduler import scheduler
from brief_audio.cli.text import text
from brief_audio.cli.voices import voices
from brief_audio.cli.web import web
from brief_audio.domain.errors import BriefAudioError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Turn a team's daily brief into a published audio edition.

    Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 conflict,
    75 try again, 78 settings, 130 stopped. Data goes to standard output, talk to standard error.
    """


for command in (run, web, scheduler, database, briefs, generate, jobs, voices, text, doctor):
    cli.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        code = cli.main(prog_name="manage.py", standalone_mode=False)
    except BriefAudioError as error:
        say(f"Error: {error}")
        code = exit_code(error)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("Stopped.")
        code = Exit.INTERRUPTED
    except OSError as error:
        say(f"Error: {error}")
        code = Exit.FAILED
    sys.exit(int(code or Exit.OK))
