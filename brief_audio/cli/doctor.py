"""`doctor`: check every part of the installation and explain how to fix problems."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from brief_audio.bootstrap import SCHEDULER, SITE, build_speech, build_store, most_connections
from brief_audio.cli.terminal.command_context import CommandContext, opened
from brief_audio.cli.terminal.exit_codes import Exit
from brief_audio.cli.terminal.fixes import UNKNOWN, fix_for
from brief_audio.cli.terminal.output import print_json
from brief_audio.config.settings import Settings
from brief_audio.domain.clock import utc_now
from brief_audio.mastering.ffmpeg import bundled_ffmpeg
from brief_audio.services.operations import health
from brief_audio.services.operations.health import Check, Level, checked
from brief_audio.services.operations.rendition_files import PLACE, as_check, check_files

ON_DATABASE = ("migrations", "clock", "jobs", PLACE)
WIDTH = len("temporary folder")
WORDS = {Level.OK: "ok  ", Level.WARN: "warn", Level.FAIL: "FAIL"}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check as a person or a program reads it; `fix` says how to fix what it found."""

    name: str
    level: Level
    found: str
    code: str
    fix: str


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """The output of `--json`."""

    is_well: bool
    checks: tuple[CheckLine, ...]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor(context: click.Context, *, as_json: bool) -> None:
    """Check the installation and explain how to fix problems.

    The checks cover disk, ffmpeg, database, storage and voices. Without DATABASE_URL, the embedded server runs for the
    duration of the checks. Exits with 1 if a check fails.
    """
    done: list[Check] = []
    with opened() as desk:
        for check in examine(desk):
            done.append(check)
            if not as_json:
                _print(check, fix_for(check, desk.settings))
        lines = [CheckLine(one.name, one.level, one.found, one.code, fix_for(one, desk.settings)) for one in done]
    if as_json:
        print_json(DoctorReport(health.is_well(done), tuple(lines)))
    context.exit(Exit.OK if health.is_well(done) else Exit.FAILED)


def examine(desk: CommandContext) -> Iterator[Check]:
    """Run the checks one after another and yield each result at once; a failure doesn't stop the rest."""
    settings = desk.settings
    yield checked("data folder", partial(health.disk, settings.data_dir))
    yield checked("temporary folder", lambda: health.disk(Path(tempfile.gettempdir())))
    yield checked("ffmpeg", lambda: health.encoder(bundled_ffmpeg()))
    yield from _examine_database(desk)
    yield checked("store", partial(_store, settings))
    yield from _examine_voices(settings)


def _examine_database(desk: CommandContext) -> Iterator[Check]:
    is_own = desk.settings.database_url is not None
    whose = "your own" if is_own else "embedded in the data folder"
    connections = most_connections(desk.settings, SITE) + most_connections(desk.settings, SCHEDULER)
    first = checked("database", lambda: health.database(desk.database, whose, connections=connections))
    yield first
    if first.level is Level.FAIL:
        yield from (_unknown(name, "the database is not responding", first.level) for name in ON_DATABASE)
        return
    db = desk.database
    schema = checked("migrations", lambda: health.migrations(db, is_own_server=is_own))
    yield schema
    yield checked("clock", lambda: health.clock(db, utc_now))
    if schema.level is Level.OK:
        yield checked("jobs", lambda: health.queue(db))
        yield checked(PLACE, lambda: _files(desk))
    else:
        yield from (_unknown(name, "the schema is not up to date", schema.level) for name in ("jobs", PLACE))


def _examine_voices(settings: Settings) -> Iterator[Check]:
    with closing(build_speech(settings)) as speech:
        for card in speech.voices():
            yield checked(f"voice {card.name}", partial(health.voice, speech, card.name))


def _files(desk: CommandContext) -> Check:
    with closing(build_store(desk.settings, is_probe=True)) as store:
        return as_check(check_files(desk.database, store))


def _store(settings: Settings) -> Check:
    with closing(build_store(settings, is_probe=True)) as store:
        return health.store(store, settings.data_dir / "tmp", settings.storage)


def _unknown(name: str, why: str, level: Level) -> Check:
    return Check(name, level, f"not checked, because {why}", UNKNOWN)


def _print(check: Check, fix: str) -> None:
    click.echo(f"{WORDS[check.level]}  {check.name.ljust(WIDTH)}  {check.found}")
    if fix:
        click.echo(f"{' ' * (WIDTH + 8)}to fix: {fix}")
