"""One day's brief of an installation under attack: written, asked for, generated, and looked at from outside."""

import hashlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import imageio_ffmpeg
from sqlalchemy import text

from brief_audio.db.connection.engine import Database
from brief_audio.domain.object_names import narration_name
from brief_audio.mastering.base import Pauses
from brief_audio.mastering.narration_file import narration_shape
from brief_audio.storage.base import AudioStore
from tests.e2e.product import PATIENCE_SECONDS, REPOSITORY, Product, wait_until

BRIEF = "morning-brief/2026-03-20"
PAGE = "briefs/morning-brief-2026-03-20"
FIRST = ("The bridge opens early.", "Fares stay as they are.", "Rain comes by evening.")
RATE_HZ = 44_100
TURN_SECONDS = 2 * PATIENCE_SECONDS
NARRATED = ("spoken", "reused")


@dataclass(frozen=True, slots=True)
class Job:
    """The newest job's row."""

    number: int
    status: str
    attempt: int
    charged: int
    completed_items: int
    failed_items: int
    error: str | None


@dataclass(frozen=True, slots=True)
class Edition:
    """The brief's current rendition."""

    number: int
    job_id: int
    failed_items: int
    audio: str
    sha256: str
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Friday:
    """The brief of Friday, 20 March 2026, in an installation whose audio lies in `store`."""

    product: Product
    database: Database
    store: AudioStore

    def write(self, *bodies: str, title: str = "Friday") -> None:
        """Import the brief in place of what it was."""
        items = [{"headline": f"Story {number}", "body": body} for number, body in enumerate(bodies, start=1)]
        brief = {"show": "morning-brief", "date": "2026-03-20", "title": title, "items": items}
        path = self.product.data_dir / "friday.json"
        path.write_text(json.dumps(brief), encoding="utf-8")
        done = self.product.command("briefs", "import", str(path), "--replace")
        assert done.returncode == 0, done.stderr.decode()

    def ask(self) -> int:
        """Queue a job; return its number."""
        asked = self.product.command("generate", BRIEF)
        assert asked.returncode == 0, asked.stderr.decode()
        return int(asked.stdout)

    def turn(self, program: Path | None = None) -> None:
        """Let one scheduler do what is due, and end; `program` is another than the product's."""
        turned = self._run(program) if program else self.product.command("scheduler", "--once", seconds=TURN_SECONDS)
        assert turned.returncode == 0, turned.stderr.decode()

    def _run(self, program: Path) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, program],
            env=self.product.environment | {"PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            timeout=TURN_SECONDS,
            check=False,
        )

    def make_due(self) -> None:
        """Let the time pass that a job waits after an error."""
        with self.database.transaction() as session:
            session.execute(text("UPDATE audio_generation_job SET run_after = now() WHERE status = 'queued'"))

    def retry(self) -> None:
        """Ask for the failed job once more, as a person does who has mended something."""
        retried = self.product.command("jobs", "retry", str(self.job().number))
        assert retried.returncode == 0, retried.stderr.decode()

    def job(self) -> Job:
        """Return the newest job."""
        columns = "id, status, attempt, charged, completed_items, failed_items, error"
        return Job(*self._rows(f"SELECT {columns} FROM audio_generation_job ORDER BY id DESC LIMIT 1")[0])

    def item_errors(self) -> list[str | None]:
        """Return why each item of the newest job failed; None for those that did not."""
        found = "SELECT state, error FROM item_narration WHERE job_id = :job ORDER BY position"
        return [error if state == "failed" else None for state, error in self._rows(found, job=self.job().number)]

    def edition(self) -> Edition | None:
        """Return the rendition that listeners are given."""
        found = self._rows(
            "SELECT number, job_id, failed_items, audio_object, sha256, duration_ms FROM rendition"
            " WHERE id = (SELECT current_rendition_id FROM brief WHERE local_date = '2026-03-20')"
        )
        return Edition(*found[0]) if found else None

    def current_edition(self) -> Edition:
        """Return the edition that listeners are given; there is one."""
        edition = self.edition()
        assert edition is not None
        return edition

    def narrations(self, edition: Edition) -> list[str]:
        """Return the names of the stored item audio that an edition was made of, in its order."""
        found = "SELECT narration_key FROM item_narration WHERE job_id = :job AND state = ANY(:of) ORDER BY position"
        return [narration_name(key) for (key,) in self._rows(found, job=edition.job_id, of=list(NARRATED))]

    def published(self, number: int, *, failed_items: int = 0) -> Edition:
        """Return the edition once everything about it is as it should be; it came of the newest job."""
        job, edition = self.job(), self.edition()
        assert (job.status, job.failed_items, job.error) == ("completed", failed_items, None), job
        assert edition is not None
        assert (edition.number, edition.job_id, edition.failed_items) == (number, job.number, failed_items)
        self.assert_tidy()
        self._assert_sounds_whole(edition)
        return edition

    def assert_untouched(self, edition: Edition) -> None:
        """See that listeners are still given `edition`, byte by byte, and that nothing lies beside it."""
        assert self.edition() == edition
        self.assert_tidy()
        with self.site():
            assert f"/audio/{edition.audio}" in self.get(PAGE).decode()
            assert hashlib.sha256(self.get(f"audio/{edition.audio}")).hexdigest() == edition.sha256

    def assert_tidy(self) -> None:
        """See that the store holds what rows name and nothing else, and that no temporary file is left."""
        assert {stored.name for stored in self.store.list()} == self._named()
        folder = self.product.data_dir
        assert list((folder / "tmp").iterdir()) == []
        assert list((folder / "store" / ".temporary").glob("*")) == []

    @contextmanager
    def site(self) -> Iterator[None]:
        """Serve the listening pages."""
        process = self.product.start("web")
        wait_until(self._is_served, "the site to be served")
        yield
        assert self.product.interrupt(process) == 0

    def get(self, path: str) -> bytes:
        """Return what the site answers."""
        with urllib.request.urlopen(f"{self.product.url}/{path}", timeout=PATIENCE_SECONDS) as reply:
            body: bytes = reply.read()
            return body

    def _is_served(self) -> bool:
        try:
            return bool(self.get("health"))
        except OSError:
            return False

    def _named(self) -> set[str]:
        parts = ("audio", "captions", "chapters", "manifest")
        renditions = " UNION ".join(f"SELECT {part}_object FROM rendition" for part in parts)
        covers = "SELECT cover_object FROM show WHERE cover_object IS NOT NULL"
        keys = self._rows("SELECT DISTINCT narration_key FROM item_narration WHERE state = ANY(:of)", of=list(NARRATED))
        return {name for (name,) in self._rows(f"{renditions} UNION {covers}")} | {narration_name(*key) for key in keys}

    def _assert_sounds_whole(self, edition: Edition) -> None:
        sound = self._stored(edition.audio)
        assert hashlib.sha256(sound).hexdigest() == edition.sha256
        with TemporaryDirectory() as folder:
            path = Path(folder) / "edition.mp3"
            path.write_bytes(sound)
            seconds = decoded_seconds(path)
        assert abs(seconds - self._expected_seconds(edition)) <= 0.05
        assert abs(seconds - edition.duration_ms / 1000) <= 0.05

    def _expected_seconds(self, edition: Edition) -> float:
        """Reckon the length from the stored narrations: a headline first, then sentences, and the usual pauses."""
        names = self.narrations(edition)
        pauses = Pauses()
        total_ms = pauses.opening_ms + pauses.after_item_ms * (len(names) - 1)
        for name in names:
            lengths_ms = self._utterances_ms(name)
            total_ms += sum(lengths_ms) + pauses.after_headline_ms + pauses.after_sentence_ms * (len(lengths_ms) - 2)
        return total_ms / 1000

    def _utterances_ms(self, name: str) -> list[float]:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "item.flac"
            path.write_bytes(self._stored(name))
            shape = narration_shape(path)
        return [length * 1000 / shape.rate_hz for length in shape.lengths]

    def _stored(self, name: str) -> bytes:
        with self.store.open_range(name) as source:
            return source.read()

    def _rows(self, query: str, **given: object) -> list[tuple]:
        with self.database.transaction() as session:
            return [tuple(row) for row in session.execute(text(query), given)]


def decoded_seconds(path: Path) -> float:
    """Decode all of a sound file and return its length; fail where ffmpeg has anything to complain about."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    words = ["-v", "error", "-xerror", "-i", path, "-map", "0:a", "-f", "s16le", "-ac", "1", "-ar", str(RATE_HZ), "-"]
    decoded = subprocess.run([program, *words], capture_output=True, check=True)
    assert decoded.stderr == b""
    return len(decoded.stdout) / 2 / RATE_HZ
