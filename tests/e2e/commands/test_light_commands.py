"""Commands load what they use: a list does not wait until the site, the scheduler and the voice are imported."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest

from brief_audio.cli.main import cli
from brief_audio.cli.terminal.lazy_group import LazyGroup
from brief_audio.db.connection.engine import Database
from brief_audio.domain.clock import utc_now
from tests.e2e.product import Product

pytestmark = pytest.mark.slow

HEAVY = [
    "PIL", "TTS", "alembic", "apscheduler", "flask", "google", "jinja2", "numpy", "onnx", "scipy", "soundfile", "torch",
    "waitress", "werkzeug", "zxcvbn",
]  # fmt: skip
DATABASE = ["psycopg2", "sqlalchemy"]
TODAY = utc_now().date()
SKIPPED, MOVED, TUESDAY = (str(TODAY + timedelta(days=days - TODAY.weekday())) for days in (14, 21, 15))
# They serve, speak, migrate, or do the work of the scheduler.
MAY_BE_HEAVY = {"run", "web", "scheduler", "generate", "doctor", "voices say", "db upgrade"}
# All others, in an order in which each finds what it needs, with what follows their names.
CALLS = {
    "voices list": [],
    "shows add": ["morning", "--title", "Morning", "--zone", "Europe/London"],
    "shows list": [],
    "briefs import": ["BRIEF"],
    "briefs list": [],
    "briefs show": ["1"],
    "briefs draft": ["1"],
    "briefs ready": ["1"],
    "jobs backfill": ["morning", "--from", "2026-03-20", "--to", "2026-03-20"],
    "jobs list": [],
    "jobs show": ["1"],
    "jobs cancel": ["1"],
    "jobs retry": ["1"],
    "workers list": [],
    "events tail": [],
    "schedules add": ["morning", "30 5 * * mon"],
    "schedules edit": ["1", "--cron", "45 5 * * mon"],
    "schedules disable": ["1"],
    "schedules enable": ["1"],
    "schedules list": [],
    "schedules preview": ["morning"],
    "schedules skip": ["1", SKIPPED],
    "schedules undo": ["1", SKIPPED],
    "schedules move": ["1", MOVED, "06:00"],
    "schedules extra": ["1", TUESDAY, "06:00"],
    "schedules ticks": ["1"],
    "schedules run": ["1"],
    "schedules remove": ["1"],
    "users create": ["ed@example.org", "--name", "Ed", "--role", "viewer"],
    "users list": [],
    "users link": ["ed@example.org"],
    "users disable": ["ed@example.org"],
    "users enable": ["ed@example.org"],
    "db current": [],
    "text script": ["Good morning."],
}
# `1` stands for whatever number the row has.
NUMBERED = "SELECT setval(pg_get_serial_sequence(%(table)s, 'id'), 1, false)"
TABLES = ("brief", "audio_generation_job", "schedule")

RUN = """
import json, sys
from brief_audio.cli.main import cli
from brief_audio.domain.errors import NotFoundError

heavy, calls = json.loads(sys.argv[1])
for words in calls:
    try:
        cli.main(words, prog_name="manage.py", standalone_mode=False)
    except NotFoundError:
        if words[:2] != ["schedules", "run"]:  # there is no brief for today
            raise
    loaded = sorted(set(heavy) & sys.modules.keys())
    if loaded:
        sys.exit(f"{words} loaded {loaded}")
"""


def commands(group: click.Group, *names: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)
        else:
            assert command is not None
            yield " ".join((*names, name)), command


def run(product: Product, heavy: list[str], calls: list[list[str]]) -> subprocess.CompletedProcess[bytes]:
    """Call commands one after the other in a process that tells the first that loaded something heavy."""
    script = [sys.executable, "-c", RUN, json.dumps([heavy, calls])]
    return subprocess.run(script, env=product.environment, capture_output=True, timeout=120, check=False)


@pytest.fixture
def on_server(product: Product, database: Database, server_url: str, tmp_path: Path) -> Product:
    """An installation over an empty database whose next rows have the number 1."""
    for table in TABLES:
        database.ask(NUMBERED, {"table": table})
    item = {"headline": "The bridge opens", "body": "It opens at noon."}
    brief = {"show": "morning", "date": "2026-03-20", "title": "Friday", "items": [item]}
    (tmp_path / "brief.json").write_text(json.dumps(brief), encoding="utf-8")
    product.extra["DATABASE_URL"] = server_url
    return product


def test_every_command_is_here() -> None:
    """A new command goes into one of the two lists, with a decision about what it may load."""
    assert {name for name, _ in commands(cli)} == CALLS.keys() | MAY_BE_HEAVY


def test_commands_load_nothing_heavy(on_server: Product, tmp_path: Path) -> None:
    file = str(tmp_path / "brief.json")
    calls = [[*name.split(), *(file if word == "BRIEF" else word for word in words)] for name, words in CALLS.items()]

    done = run(on_server, HEAVY, calls)

    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("words", [["text", "script", "Good morning."], ["text", "--help"], ["--help"]])
def test_what_needs_no_database_loads_none(product: Product, words: list[str]) -> None:
    done = run(product, [*HEAVY, *DATABASE, "brief_audio.db"], [words])

    assert (done.returncode, done.stderr) == (0, b"")


def test_the_summaries_are_those_of_the_commands() -> None:
    groups = [cli, *(command for name in cli.commands if isinstance(command := real(cli, name), LazyGroup))]

    told = {name: (lazy.help, real(group, name).help) for group in groups for name, lazy in group.commands.items()}

    assert {name for name, (summary, whole) in told.items() if not str(whole).startswith(str(summary))} == set()


def real(group: click.Group, name: str) -> click.Command:
    command = group.get_command(click.Context(group), name)
    assert command is not None
    return command
