"""Check that the files of every current rendition are in the store, at their original size."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Rendition
from brief_audio.db.operations import rendition_faults
from brief_audio.db.operations.rendition_faults import RenditionFiles
from brief_audio.domain.errors import ObjectMissingError, StorageError
from brief_audio.services.operations.error_log import met, record
from brief_audio.services.operations.health import Check, Level
from brief_audio.storage.base import AudioStore

logger = logging.getLogger(__name__)

PLACE = "published files"
SHOWS = "shows/"
NAMED = 5  # renditions named in one line


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file of a rendition that is missing or incomplete; sizes are in bytes, `expected` is None if unknown."""

    name: str
    size: int | None
    expected: int | None

    @property
    def kind(self) -> tuple[str, bool]:
        """Return what such faults have in common: the file, and whether it is missing."""
        return self.name, self.size is None

    def __str__(self) -> str:
        if self.size is None:
            return f"the {self.name} file is missing"
        whole = f" of {self.expected:,}" if self.expected is not None else ""
        return f"the {self.name} file has {self.size:,}{whole} bytes"


@dataclass(frozen=True, slots=True)
class Fault:
    """A current rendition with missing or incomplete files."""

    rendition_id: int
    brief_slug: str
    number: int
    files: tuple[BadFile, ...]

    @property
    def reason(self) -> str:
        """Return what is wrong with the files."""
        return " and ".join(map(str, self.files))

    def __str__(self) -> str:
        return f"{self.brief_slug} version {self.number}: {self.reason}"


@dataclass(frozen=True, slots=True)
class FilesCheck:
    """The result of checking every current rendition."""

    checked: int
    faults: tuple[Fault, ...]


def check_files(db: Database, store: AudioStore) -> FilesCheck:
    """Compare the store with the files of every current rendition; save the result for `/health` and the pages.

    New faults are recorded as errors, once for each kind. Raise `StorageError` or `TryAgainError` if the store or the
    database does not answer; the previous result then stays in force.
    """
    with db.transaction() as session:  # before the store is listed, so that a new rendition is not reported
        wanted = rendition_faults.current_files(session)
    found = FilesCheck(len(wanted), tuple(_faults(wanted, store)))
    with db.transaction() as session:
        fresh = rendition_faults.keep(session, {one.rendition_id: one.reason for one in found.faults})
    _record(db, [one for one in found.faults if one.rendition_id in fresh])
    return found


def last_check(db: Database) -> Check:
    """Return the result of the last check, without asking the store."""
    with db.transaction() as session:
        known = rendition_faults.of_current(session)
    if not known:
        return Check(PLACE, Level.OK, "no file of a current version was missing at the last check")
    lines = [f"{slug} version {number}: {reason}" for slug, number, reason in known]
    return _failed(lines, f"{_counted(len(lines))} had missing or incomplete files at the last check")


def as_check(found: FilesCheck) -> Check:
    """Return the result of `check_files` as a check."""
    if not found.faults:
        return Check(PLACE, Level.OK, f"{_counted(found.checked)} checked, no file is missing")
    lines = [str(one) for one in found.faults]
    return _failed(lines, f"{len(lines)} of {_counted(found.checked)} with missing or incomplete files")


def are_there(store: AudioStore, rendition: Rendition, *, last_known: bool) -> bool:
    """Return whether a rendition's files are in the store, or `last_known` if the store does not answer.

    The caller must not hold an open transaction.
    """
    files = rendition_faults.files_of(rendition, "")
    sizes: dict[str, int] = {}
    for name, _, _ in _expected(files):
        try:
            sizes[name] = store.stat(name).size_bytes
        except ObjectMissingError:
            return False
        except StorageError as error:
            logger.warning("%s; using the result of the last check of published files", error)
            return last_known
    return not any(_bad_files(files, sizes))


def _counted(number: int) -> str:
    return f"{number} current version{'s' * (number != 1)}"


def _failed(lines: Sequence[str], count: str) -> Check:
    more = f"; and {len(lines) - NAMED} more" if len(lines) > NAMED else ""
    return Check(PLACE, Level.FAIL, f"{count}: {'; '.join(lines[:NAMED])}{more}", "files_missing")


def _faults(wanted: Sequence[RenditionFiles], store: AudioStore) -> Iterator[Fault]:
    names = {name for files in wanted for name, _, _ in _expected(files)}
    sizes = {stored.name: stored.size_bytes for stored in store.list(SHOWS) if stored.name in names} if names else {}
    for files in wanted:
        if bad := tuple(_bad_files(files, sizes)):
            yield Fault(files.rendition_id, files.brief_slug, files.number, bad)


def _bad_files(files: RenditionFiles, sizes: Mapping[str, int]) -> Iterator[BadFile]:
    for name, what, expected in _expected(files):
        size = sizes.get(name)
        if size is None or (size != expected and (expected is not None or not size)):
            yield BadFile(what, size, expected)


def _expected(files: RenditionFiles) -> Iterator[tuple[str, str, int | None]]:
    yield files.audio_object, "audio", files.audio_bytes
    yield files.captions_object, "captions", files.captions_bytes
    yield files.chapters_object, "chapters", files.chapters_bytes
    yield files.manifest_object, "manifest", files.manifest_bytes


def _record(db: Database, fresh: Sequence[Fault]) -> None:
    """Record new faults as errors: one line for each kind, however many renditions it affects."""
    by_kind: dict[tuple[tuple[str, bool], ...], list[Fault]] = {}
    for fault in fresh:
        by_kind.setdefault(tuple(bad.kind for bad in fault.files), []).append(fault)
    for faults in by_kind.values():
        first = faults[0]
        message = f"“{first.brief_slug}”, version {first.number}: {first.reason}"
        record(db, met(ObjectMissingError(message), PLACE), count=len(faults))
