"""`doctor`: check every part of the installation and explain how to fix problems."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from brief_audio.bootstrap import SCHEDULER, SITE, build_speech, build_store, most_connections
from brief_audio.cli.desk import Desk, opened
from brief_audio.cli.exits import Exit
from brief_audio.cli.output import print_json
from brief_audio.config import Settings
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import StorageDeniedError, StorageError, StoreUnreachableError
from brief_audio.mastering.ffmpeg import bundled_ffmpeg
from brief_audio.services import health
from brief_audio.services.health import Check, Level, checked
from brief_audio.services.rendition_files import PLACE, as_check, check_files

ON_DATABASE = ("migrations", "clock", "jobs", PLACE)
WIDTH = len("temporary folder")
WORDS = {Level.OK: "ok  ", Level.WARN: "warn", Level.FAIL: "FAIL"}
REINSTALL = "run `make install` again"
FIX_OWN_VOICE = "correct the BRIEF_COQUI_… settings, or check that Coqui can download the model"
FIX_OWN_DATABASE = "check that the server in DATABASE_URL is running and accepts this user"
FIX_EMBEDDED = "see the message; the server's log is in the data folder under postgres"
OTHER_FFMPEG = "IMAGEIO_FFMPEG_EXE"  # read by the package that bundles ffmpeg
FIX_OTHER_FFMPEG = f"unset or correct {OTHER_FFMPEG}, which points to a different program than the bundled one"
FIX_DISK = "check that the data folder is writable and has free space"
FIX_BUCKET = "check that BRIEF_GCS_BUCKET exists and that the credentials may read, write and delete objects in it"


@dataclass(frozen=True, slots=True)
class Report:
    """The output of `--json`."""

    is_well: bool
    checks: tuple[Check, ...]


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
                _print(check)
    if as_json:
        print_json(Report(health.is_well(done), tuple(done)))
    context.exit(Exit.OK if health.is_well(done) else Exit.FAILED)


def examine(desk: Desk) -> Iterator[Check]:
    """Run the checks one after another and yield each result at once; a failure doesn't stop the rest."""
    settings = desk.settings
    yield checked("data folder", partial(health.disk, settings.data_dir), mend="set BRIEF_DATA_DIR to another folder")
    yield checked(
        "temporary folder", lambda: health.disk(Path(tempfile.gettempdir())), mend="set TMPDIR to another folder"
    )
    yield checked("ffmpeg", lambda: health.encoder(bundled_ffmpeg()), mend=_fix_ffmpeg())
    yield from _examine_database(desk)
    yield checked("store", partial(_store, settings), mend=partial(_fix_store, settings))
    yield from _examine_voices(settings)


def _examine_database(desk: Desk) -> Iterator[Check]:
    is_own = desk.settings.database_url is not None
    whose, fix = ("external", FIX_OWN_DATABASE) if is_own else ("embedded in the data folder", FIX_EMBEDDED)
    connections = most_connections(desk.settings, SITE) + most_connections(desk.settings, SCHEDULER)
    first = checked("database", lambda: health.database(desk.database, whose, connections=connections), mend=fix)
    yield first
    if first.level is Level.FAIL:
        yield from (_unknown(name, "the database is not responding", first.level) for name in ON_DATABASE)
        return
    db = desk.database
    schema = checked("migrations", lambda: health.migrations(db, is_own_server=is_own), mend=fix)
    yield schema
    yield checked("clock", lambda: health.clock(db, utc_now), mend=fix)
    if schema.level is Level.OK:
        yield checked("jobs", lambda: health.queue(db), mend=fix)
        yield checked(PLACE, lambda: _files(desk), mend=partial(_fix_store, desk.settings))
    else:
        yield from (_unknown(name, "the schema is not up to date", schema.level) for name in ("jobs", PLACE))


def _examine_voices(settings: Settings) -> Iterator[Check]:
    with closing(build_speech(settings)) as speech:
        for card in speech.voices():
            fix = FIX_OWN_VOICE if card.name == settings.coqui_voice_name else REINSTALL
            yield checked(f"voice {card.name}", partial(health.voice, speech, card.name), mend=fix)


def _files(desk: Desk) -> Check:
    with closing(build_store(desk.settings, is_probe=True)) as store:
        return as_check(check_files(desk.database, store))


def _store(settings: Settings) -> Check:
    with closing(build_store(settings, is_probe=True)) as store:
        return health.store(store, settings.data_dir / "tmp", settings.storage)


def _fix_ffmpeg() -> str:
    return FIX_OTHER_FFMPEG if os.environ.get(OTHER_FFMPEG) else REINSTALL


def _fix_store(settings: Settings, error: Exception) -> str:
    """Return how to fix the error; empty if its own message says so."""
    if settings.storage == "local" or not isinstance(error, StorageError):
        return FIX_DISK
    match error:
        case StorageDeniedError():
            return ""
        case StoreUnreachableError():
            return f"check that this machine can reach {settings.gcs_endpoint or 'Google Cloud Storage'}"
        case StorageError(permanent=True):
            return FIX_BUCKET
        case _ if settings.gcs_endpoint:
            return f"check which server answers at {settings.gcs_endpoint}"
        case _:
            return "try again later; https://status.cloud.google.com lists known incidents"


def _unknown(name: str, why: str, level: Level) -> Check:
    return Check(name, level, f"not checked, because {why}", "fix that first")


def _print(check: Check) -> None:
    click.echo(f"{WORDS[check.level]}  {check.name.ljust(WIDTH)}  {check.found}")
    if check.level is not Level.OK and check.mend:
        click.echo(f"{' ' * (WIDTH + 8)}to fix: {check.mend}")
