"""Record errors for the Errors page; repeated errors share one row.

Recording never raises, never waits long, and writes each group at most once a second.
"""

import hashlib
import logging
import re
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from brief_audio.db.connection.engine import Database
from brief_audio.db.operations import error_groups
from brief_audio.db.operations.error_groups import Cases, ErrorRow
from brief_audio.domain.errors import BriefAudioError, ErrorSource, StorageError
from brief_audio.domain.work import storable
from brief_audio.redaction import redacted

logger = logging.getLogger(__name__)
LONGEST_TITLE = 300
LONGEST_SAMPLE = 4000
LONGEST_PLACE = 300
FRAMES = 8  # innermost frames kept of a stack trace
EVERY_SECONDS = 1.0
AGAIN_AFTER_SECONDS = 5.0
MOST_WAITING = 200
PRODUCT = Path(__file__).parents[3]
# The parts that differ between repetitions of an error: quoted text, long hexadecimal words, numbers.
VARYING = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|\b[0-9a-f]{8,}\b|[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MetError:
    """One error that occurred, `at` that time of this process's monotonic clock.

    `number` is the reference shown to the user. `is_sentence` if the message is the product's own, which needs no class
    name before it.
    """

    source: ErrorSource
    kind: str
    message: str
    place: str
    number: str = ""
    job_id: int | None = None
    trace: str = ""
    is_sentence: bool = True
    at: float = field(default_factory=time.monotonic, compare=False)


def met(
    error: BaseException,
    place: str,
    *,
    source: ErrorSource = ErrorSource.WORKER,
    number: str = "",
    job_id: int | None = None,
) -> MetError:
    """Return what to record of an error. Storage errors belong to the store, wherever they occur."""
    origin = ErrorSource.STORE if isinstance(error, StorageError) else source
    is_ours = isinstance(error, BriefAudioError)
    return MetError(origin, type(error).__name__, str(error), place, number, job_id, _trace(error), is_sentence=is_ours)


def record(db: Database, one: MetError, *, count: int = 1) -> bool:
    """Write an error to the database in its own transaction; return whether that succeeded."""
    return _record(db, _Waiting(one, count, first_at=one.at), now=time.monotonic())


def _record(db: Database, waiting: "_Waiting", *, now: float) -> bool:
    first, last = (max(0.0, now - at) for at in (waiting.first_at, waiting.met.at))
    reason = error_groups.note(db, _row(waiting.met), Cases(waiting.count, first, last))
    if reason is not None:
        logger.warning("could not record an error in the database: %s", reason)
    return reason is None


def _row(one: MetError) -> ErrorRow:
    said = _first_line(one.message)
    full = f"{one.kind}: {said}" if said else one.kind
    title = _begun(said) if said and one.is_sentence else full
    place = storable(one.place)[:LONGEST_PLACE]
    alike = "\0".join((one.source, one.kind, place, VARYING.sub("#", said).lower()))
    return ErrorRow(
        fingerprint=hashlib.sha256(alike.encode()).hexdigest(),
        source=one.source,
        title=title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…",
        sample=f"{full}\n{one.trace}".strip()[:LONGEST_SAMPLE],
        place=place,
        number=one.number,
        job_id=one.job_id,
    )


def _first_line(message: str) -> str:
    """Return the first line of a message. The others may contain the values of a statement, including secrets."""
    line = storable(message).strip().partition("\n")[0]
    return redacted(" ".join(line.split()))[:LONGEST_SAMPLE]


def _begun(sentence: str) -> str:
    """Return a sentence with a capital letter, unless it begins with something other than a word."""
    return f"{sentence[:1].upper()}{sentence[1:]}" if sentence.partition(" ")[0].isalpha() else sentence


def _trace(error: BaseException) -> str:
    """Return the stack trace without any values, the innermost call last."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return "\n".join(f"at {_short(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames)


def _short(filename: str) -> str:
    path = Path(filename)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return path.relative_to(PRODUCT).as_posix() if path.is_relative_to(PRODUCT) else path.name


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Alike errors that are still to be written: the newest of them, and when the first happened."""

    met: MetError
    count: int
    first_at: float

    def joined(self, other: "_Waiting") -> "_Waiting":
        """Return both as one."""
        newest = max(self.met, other.met, key=lambda one: one.at)
        return _Waiting(newest, self.count + other.count, min(self.first_at, other.first_at))


class ErrorLog:
    """The errors of one web process. Frequent errors are counted and written once a second.

    While the database does not answer, errors wait here and are written when it is back.
    """

    def __init__(self, db: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._monotonic = monotonic
        self._lock = Lock()
        self._waiting: dict[str, _Waiting] = {}
        self._written: dict[str, float] = {}
        self._rest_until = 0.0

    def note(self, one: MetError, *, later: bool = False) -> None:
        """Record an error; `later` if the reason is that the database does not answer."""
        fingerprint = _row(one).fingerprint
        with self._lock:
            self._add(fingerprint, _Waiting(one, count=1, first_at=one.at), most=MOST_WAITING)
            if later:
                self._rest_until = self._monotonic() + AGAIN_AFTER_SECONDS
        self.write()

    def write(self) -> None:
        """Write the errors that are due."""
        for fingerprint, waiting in self._take_due():
            if not _record(self._db, waiting, now=self._monotonic()):
                self._put_back(fingerprint, waiting)

    @property
    def is_waiting(self) -> bool:
        """Return whether any error is still waiting to be written."""
        return bool(self._waiting)

    def _take_due(self) -> list[tuple[str, _Waiting]]:
        with self._lock:
            now = self._monotonic()
            if now < self._rest_until:
                return []
            self._written = {one: at for one, at in self._written.items() if now - at < EVERY_SECONDS}
            due = [one for one in self._waiting if one not in self._written]
            self._written |= dict.fromkeys(due, now)
            return [(one, self._waiting.pop(one)) for one in due]

    def _put_back(self, fingerprint: str, waiting: _Waiting) -> None:
        with self._lock:
            self._add(fingerprint, waiting)
            self._rest_until = self._monotonic() + AGAIN_AFTER_SECONDS

    def _add(self, fingerprint: str, new: _Waiting, *, most: int | None = None) -> None:
        waiting = self._waiting.get(fingerprint)
        if waiting is not None:
            self._waiting[fingerprint] = waiting.joined(new)
        elif most is None or len(self._waiting) < most:
            self._waiting[fingerprint] = new
