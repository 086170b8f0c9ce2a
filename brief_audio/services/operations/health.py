"""Check each part of an installation. A check has a code; the command line and the dashboard word the advice for it."""

import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from brief_audio.db.connection import migrate
from brief_audio.db.connection.engine import Database
from brief_audio.db.operations import health
from brief_audio.domain.errors import BriefAudioError, MasteringError, ObjectMissingError, StorageError
from brief_audio.domain.object_names import probe_name
from brief_audio.domain.private_folders import make_private
from brief_audio.mastering.ffmpeg_facts import MP3_ENCODER, FfmpegFacts, ffmpeg_facts
from brief_audio.speech.base import SpeechRequest, SpeechService, VoiceIdentity
from brief_audio.storage.base import AudioStore

SKEW_WARNS = timedelta(seconds=2)
SKEW_FAILS = timedelta(seconds=30)
FREE_WARNS_BYTES = 2_000_000_000
FREE_FAILS_BYTES = 500_000_000
UNATTENDED_AFTER = timedelta(minutes=10)
CONNECTIONS_SHARE = 1 / 3  # leaves some for a second scheduler and for other programs
GREETING = "Good morning."
SENTENCE = "This is the voice that reads the news, and everything it needs is in its place."


class Level(StrEnum):
    """The result of a check; only `fail` means that the product does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """The state of one part. `code` names the problem, if any; what to do about it depends on the reader."""

    name: str
    level: Level
    found: str
    code: str = ""


def checked(name: str, look: Callable[[], Check]) -> Check:
    """Return the result of `look`. An error that it raises makes this check fail, with the error's code."""
    try:
        return replace(look(), name=name)
    except BriefAudioError as error:
        return Check(name, Level.FAIL, str(error), error.code)
    except (OSError, ValueError) as error:
        return Check(name, Level.FAIL, str(error), BriefAudioError.code)


def database(db: Database, whose: str, *, connections: int = 0) -> Check:
    """Return the server's version and response time; warn if `connections` exceed a third of those it allows."""
    began = time.monotonic()
    with db.transaction() as session:
        version, allowed = health.server_version(session), health.most_connections(session)
    milliseconds = (time.monotonic() - began) * 1000
    found = f"PostgreSQL {version}, {whose}, answers in {milliseconds:.0f} ms"
    if connections <= allowed * CONNECTIONS_SHARE:
        return Check("database", Level.OK, found)
    return Check(
        "database",
        Level.WARN,
        f"{found}; one site and one scheduler may open {connections} of its {allowed} connections",
        "too_many_connections",
    )


def migrations(db: Database, *, is_own_server: bool) -> Check:
    """Return the schema's version. An outdated schema only warns on the embedded server, which upgrades itself."""
    found, wanted = migrate.current(db), migrate.head()
    if found == wanted:
        return Check("migrations", Level.OK, f"the schema is at {found}, the newest")
    level = Level.FAIL if is_own_server else Level.WARN
    return Check(
        "migrations",
        level,
        f"the schema is at {found or 'none'}, but this version needs {wanted}",
        "schema_outdated",
    )


def clock(db: Database, now: Callable[[], datetime]) -> Check:
    """Compare this machine's clock with the database's, which decides about leases and scheduled runs."""
    with db.transaction() as session:
        before = now()
        there = health.server_clock(session)
        after = now()
    skew = there - (before + (after - before) / 2)
    found = f"{abs(skew.total_seconds()):.2f} s {'behind' if skew > timedelta(0) else 'ahead of'} the database's"
    if abs(skew) <= SKEW_WARNS:
        return Check("clock", Level.OK, found)
    level = Level.FAIL if abs(skew) > SKEW_FAILS else Level.WARN
    return Check("clock", level, found, "clocks_differ")


def queue(db: Database) -> Check:
    """Look for jobs that no worker has claimed or rescued for too long."""
    with db.transaction() as session:
        found = health.unattended_jobs(session, UNATTENDED_AFTER)
    if not found.overdue and not found.waiting:
        return Check("jobs", Level.OK, "no job is stuck")
    minutes = UNATTENDED_AFTER.total_seconds() / 60
    return Check(
        "jobs",
        Level.WARN,
        f"waiting for more than {minutes:.0f} minutes: {found.waiting} for a worker, {found.overdue} to be rescued",
        "jobs_waiting",
    )


def store(store: AudioStore, scratch: Path, kind: str) -> Check:
    """Put a tiny object, stat it, read it back and delete it."""
    name = probe_name(secrets.token_hex(16))
    content = secrets.token_bytes(64)
    began = time.monotonic()
    make_private(scratch)
    with tempfile.NamedTemporaryFile(dir=scratch) as source:
        source.write(content)
        source.flush()
        store.put(name, Path(source.name), "text/plain")
        try:
            _compare(store, name, content)
        finally:
            with suppress(StorageError):  # the first error is the one to report
                store.delete(name)
    milliseconds = (time.monotonic() - began) * 1000
    return Check("store", Level.OK, f"{kind}: put, stat, read and delete took {milliseconds:.0f} ms")


def _compare(store: AudioStore, name: str, content: bytes) -> None:
    if store.stat(name).size_bytes != len(content):
        raise StorageError(f"{name} does not have the size of what was stored")
    with store.open_range(name) as source:
        if source.read() != content:
            raise StorageError(f"{name} does not contain what was stored")
    if not store.delete(name):
        raise StorageError(f"{name} disappeared before it was deleted")


def voice(speech: SpeechService, name: str) -> Check:
    """Check a voice's files and speak with it twice in a child process: first cold, then loaded."""
    identity = speech.identify(name)
    first = _spoken_in(speech, identity, GREETING)
    second = _spoken_in(speech, identity, SENTENCE)
    factor = second.work_seconds / second.sound_seconds
    return Check(
        "voice",
        Level.OK,
        f"{identity.engine} model {identity.model_sha256[:12]}: loaded and spoke in {first.work_seconds:.1f} s, then"
        f" made {second.sound_seconds:.1f} s of audio in {second.work_seconds:.2f} s (real-time factor {factor:.3f})",
    )


@dataclass(frozen=True, slots=True)
class _Spoken:
    sound_seconds: float
    work_seconds: float


def _spoken_in(speech: SpeechService, identity: VoiceIdentity, text: str) -> _Spoken:
    began = time.monotonic()
    sound = speech.submit(SpeechRequest(identity.voice, text, seed=1, identity=identity)).result()
    return _Spoken(sound.duration_seconds, time.monotonic() - began)


def encoder(program: Path, ask: Callable[[Path], FfmpegFacts] = ffmpeg_facts) -> Check:
    """Check that ffmpeg runs and can encode MP3."""
    facts = ask(program)
    if not facts.encodes_mp3:
        raise MasteringError(f"ffmpeg {facts.version} at {program} has no {MP3_ENCODER}")
    return Check("ffmpeg", Level.OK, f"{facts.version} with {MP3_ENCODER}, {program}")


def disk(folder: Path) -> Check:
    """Check that a folder is writable and has free space; create it if it is missing."""
    make_private(folder)
    with tempfile.TemporaryFile(dir=folder):
        return room(folder, shutil.disk_usage(folder).free)


def room(folder: Path, free_bytes: int) -> Check:
    """Return whether that much free space is enough."""
    found = f"{free_bytes / 1e9:.1f} GB free in {folder}"
    if free_bytes >= FREE_WARNS_BYTES:
        return Check("disk", Level.OK, found)
    level = Level.FAIL if free_bytes < FREE_FAILS_BYTES else Level.WARN
    return Check("disk", level, found, "low_disk_space")


def readiness(db: Database, store: AudioStore) -> tuple[Check, ...]:
    """Return whether the site can answer listeners now: three quick checks that change nothing."""
    return (
        checked("database", lambda: database(db, "reached")),
        checked("migrations", lambda: migrations(db, is_own_server=True)),
        checked("store", lambda: _store_answers(store)),
    )


def _store_answers(store: AudioStore) -> Check:
    with suppress(ObjectMissingError):
        store.stat(probe_name("0" * 32))
    return Check("store", Level.OK, "answers")


def is_well(checks: Iterable[Check]) -> bool:
    """Return whether no check has failed."""
    return all(check.level is not Level.FAIL for check in checks)
