"""Whether each part of an installation works: one check a part, with a code by which each face words its advice."""

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

from brief_audio.db import health, migrating
from brief_audio.db.engine import Database
from brief_audio.domain.errors import BriefAudioError, MasteringError, ObjectMissingError, StorageError
from brief_audio.domain.names import probe_name
from brief_audio.domain.private_folders import make_private
from brief_audio.mastering.ffmpeg_facts import MP3_ENCODER, FfmpegFacts, ffmpeg_facts
from brief_audio.speech.base import SpeechRequest, SpeechService, VoiceIdentity
from brief_audio.storage.base import AudioStore

SKEW_WARNS = timedelta(seconds=2)
SKEW_FAILS = timedelta(seconds=30)
FREE_WARNS_BYTES = 2_000_000_000
FREE_FAILS_BYTES = 500_000_000
UNATTENDED_AFTER = timedelta(minutes=10)
CONNECTIONS_SHARE = 1 / 3  # a second scheduler, and others, need some too
GREETING = "Good morning."
SENTENCE = "This is the voice that reads the news, and everything it needs is in its place."


class Level(StrEnum):
    """How a check ended; only `fail` keeps the product from working."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One part and its state. `code` names the problem, if there is one; how to fix it depends on who reads it."""

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
    """Say which server answers, and how quickly; warn where so many connections are more than a third of all."""
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
    """Say where the schema stands; the embedded server's is brought up to date by the next command that needs it."""
    found, wanted = migrating.current(db), migrating.head()
    if found == wanted:
        return Check("migrations", Level.OK, f"the schema stands at {found}, the newest")
    level = Level.FAIL if is_own_server else Level.WARN
    return Check(
        "migrations",
        level,
        f"the schema stands at {found or 'none'}, this version needs {wanted}",
        "schema_outdated",
    )


def clock(db: Database, now: Callable[[], datetime]) -> Check:
    """Compare the clock of this machine with the database's, by which every lease and every night is reckoned."""
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
    """Look for jobs that nobody takes care of."""
    with db.transaction() as session:
        found = health.unattended_jobs(session, UNATTENDED_AFTER)
    if not found.overdue and not found.waiting:
        return Check("jobs", Level.OK, "none is stuck")
    minutes = UNATTENDED_AFTER.total_seconds() / 60
    return Check(
        "jobs",
        Level.WARN,
        f"{found.waiting} wait for a worker and {found.overdue} for their rescue, for more than {minutes:.0f} minutes",
        "jobs_waiting",
    )


def store(store: AudioStore, scratch: Path, kind: str) -> Check:
    """Put a tiny object, look at it, read it back and delete it."""
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
            with suppress(StorageError):  # what failed before is the reason to tell
                store.delete(name)
    milliseconds = (time.monotonic() - began) * 1000
    return Check("store", Level.OK, f"{kind}: put, looked at, read and deleted in {milliseconds:.0f} ms")


def _compare(store: AudioStore, name: str, content: bytes) -> None:
    if store.stat(name).size_bytes != len(content):
        raise StorageError(f"{name} has another size than what was stored")
    with store.open_range(name) as source:
        if source.read() != content:
            raise StorageError(f"{name} holds something other than what was stored")
    if not store.delete(name):
        raise StorageError(f"{name} was gone before it was deleted")


def voice(speech: SpeechService, name: str) -> Check:
    """Check a voice's files and let it speak in a child process, twice: the second time it is loaded."""
    identity = speech.identify(name)
    first = _spoken_in(speech, identity, GREETING)
    second = _spoken_in(speech, identity, SENTENCE)
    factor = second.work_seconds / second.sound_seconds
    return Check(
        "voice",
        Level.OK,
        f"{identity.engine} model {identity.model_sha256[:12]}: loaded and spoke in {first.work_seconds:.1f} s, then"
        f" {second.sound_seconds:.1f} s of sound in {second.work_seconds:.2f} s (real-time factor {factor:.3f})",
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
    """See that ffmpeg runs and can make what is published."""
    facts = ask(program)
    if not facts.encodes_mp3:
        raise MasteringError(f"ffmpeg {facts.version} at {program} has no {MP3_ENCODER}")
    return Check("ffmpeg", Level.OK, f"{facts.version} with {MP3_ENCODER}, {program}")


def disk(folder: Path) -> Check:
    """See that a folder, made where it is missing, can be written to and has room."""
    make_private(folder)
    with tempfile.TemporaryFile(dir=folder):
        return room(folder, shutil.disk_usage(folder).free)


def room(folder: Path, free_bytes: int) -> Check:
    """Say whether that much room is enough to go on."""
    found = f"{free_bytes / 1e9:.1f} GB free in {folder}"
    if free_bytes >= FREE_WARNS_BYTES:
        return Check("disk", Level.OK, found)
    level = Level.FAIL if free_bytes < FREE_FAILS_BYTES else Level.WARN
    return Check("disk", level, found, "low_disk_space")


def readiness(db: Database, store: AudioStore) -> tuple[Check, ...]:
    """Say whether the site could answer a listener now: three quick looks that change nothing."""
    return (
        checked("database", lambda: database(db, "reached")),
        checked("migrations", lambda: migrations(db, is_own_server=True)),
        checked("store", lambda: _store_answers(store)),
    )


def _store_answers(store: AudioStore) -> Check:
    with suppress(ObjectMissingError):
        store.stat(probe_name("0" * 32))
    return Check("store", Level.OK, "it answers")


def is_well(checks: Iterable[Check]) -> bool:
    """Say whether no check has failed."""
    return all(check.level is not Level.FAIL for check in checks)
