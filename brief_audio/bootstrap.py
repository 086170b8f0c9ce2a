"""Build the container. This is the only place that names concrete engines and stores."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from brief_audio.config.settings import Settings
from brief_audio.db.connection.engine import Database
from brief_audio.domain.clock import utc_now
from brief_audio.domain.jobs import QueueRules
from brief_audio.domain.private_folders import close_to_others, make_private
from brief_audio.services.work.kind import WorkKind, WorkTools
from brief_audio.speech.base import SpeechEngine, SpeechService, VoiceCard
from brief_audio.speech.engines import ENGINE_NAMES, engine_factory
from brief_audio.speech.own_model import OwnModel
from brief_audio.speech.pool import SpeechPool
from brief_audio.storage.base import AudioStore
from brief_audio.storage.local import LocalStore

logger = logging.getLogger(__name__)

SITE = "web"  # the process that serves listeners
LOAD_SECONDS = 120.0
SCHEDULER = "scheduler"
WORKERS = frozenset({"run", SCHEDULER})  # the processes that run jobs
KEPT_CONNECTIONS = 5  # kept open while idle: by default, PostgreSQL allows 100 connections in total
MOST_CONNECTIONS = 15  # of a process that runs no jobs: one per thread of the site, and a few spare
SPARE_CONNECTIONS = 8  # for the clock's alarms, a preview, its heartbeat and stopping, besides two per running job
A_DAY = timedelta(days=1)
STORE, VOICES, SCRATCH = "store", "voices", "tmp"
OUR_FOLDERS = (STORE, VOICES, SCRATCH)  # in the data folder; the embedded server manages its own


@dataclass(frozen=True, slots=True)
class Container:
    """All shared dependencies, built once per process."""

    settings: Settings
    db: Database
    store: AudioStore
    speech: SpeechService
    rules: QueueRules
    voice_cards: tuple[VoiceCard, ...]  # of every engine, not only the configured one

    @property
    def scratch(self) -> Path:
        """Return the folder for temporary files."""
        return self.settings.data_dir / SCRATCH

    @property
    def studio(self) -> WorkTools:
        """Return the dependencies that work needs."""
        return WorkTools(self.db, self.store, self.speech, self.scratch)

    @property
    def editions(self) -> WorkKind:
        """Return the kind of work that makes renditions."""
        from brief_audio.services.making.edition_work import edition_work  # noqa: PLC0415  imports NumPy, which only work needs

        return edition_work(self.rules, places=self.settings.concurrency)

    @property
    def kinds(self) -> tuple[WorkKind, ...]:
        """Return every kind of work that workers do, the most urgent first."""
        from brief_audio.services.making.preview_work import preview_work  # noqa: PLC0415  as above

        return (preview_work(self.rules), self.editions)

    def close(self) -> None:
        """End the speech children, then the connections."""
        self.speech.close()
        self.store.close()
        self.db.close()


def build(settings: Settings, database_url: str, *, name: str, rules: QueueRules | None = None) -> Container:
    """Return the container for one process; `name` identifies the process to the database (`SITE` serves listeners)."""
    prepare_data_folder(settings)
    return Container(
        settings=settings,
        db=Database(
            database_url,
            name=name,
            pool_size=KEPT_CONNECTIONS,
            overflow=most_connections(settings, name) - KEPT_CONNECTIONS,
        ),
        store=build_store(settings, has_listeners=name == SITE),
        speech=build_speech(settings),
        rules=rules or QueueRules(most_queued=settings.queue_limit, most_backfilled=settings.backfill_limit),
        voice_cards=voice_cards(settings),
    )


def voice_cards(settings: Settings) -> tuple[VoiceCard, ...]:
    """Return the details of the voices of all engines, without loading any."""
    return tuple(card for engine in ENGINE_NAMES for card in _engine(settings, engine)().voices())


def prepare_data_folder(settings: Settings) -> None:
    """Create the data folder, and close anything in it that an older version left readable by other users.

    An existing data folder keeps the mode that its owner chose. So does a folder in it that is a symbolic link.
    """
    make_private(settings.data_dir)
    for name in OUR_FOLDERS:
        if close_to_others(settings.data_dir / name):
            logger.info("closed %s to other users", settings.data_dir / name)


def most_connections(settings: Settings, name: str) -> int:
    """Return the maximum number of connections of the named process."""
    return SPARE_CONNECTIONS + 2 * settings.concurrency if name in WORKERS else MOST_CONNECTIONS


def build_speech(settings: Settings) -> SpeechService:
    """Return the speech service, with no child process started yet; the caller must close it."""
    return SpeechPool(
        _engine(settings, settings.engine),
        settings.speech_processes,
        utterance_seconds=settings.utterance_seconds,
        load_seconds=LOAD_SECONDS,
        child_memory_mib=settings.speech_memory_mib,
    )


def _engine(settings: Settings, name: str) -> Callable[[], SpeechEngine]:
    folder = settings.data_dir / VOICES
    return engine_factory(name, model_dir=folder, load_seconds=LOAD_SECONDS, own=_own_model(settings))


def _own_model(settings: Settings) -> OwnModel | None:
    if settings.coqui_model is None and settings.coqui_checkpoint is None:
        return None
    return OwnModel(
        voice_name=settings.coqui_voice_name,
        name=settings.coqui_model,
        checkpoint=settings.coqui_checkpoint,
        config=settings.coqui_config,
        speaker=settings.coqui_speaker,
        language=settings.coqui_language,
    )


def build_store(settings: Settings, *, is_probe: bool = False, has_listeners: bool = False) -> AudioStore:
    """Return the configured store; the caller must close it.

    Jobs retry temporary errors the longest, requests of listeners only for seconds, and probes even less.
    """
    if settings.storage == "local":
        disk = LocalStore(settings.data_dir / STORE)
        disk.sweep_temporary(
            older_than=utc_now() - A_DAY
        )  # left by killed processes where unnamed temporary files aren't supported
        return disk
    from brief_audio.storage import gcs  # noqa: PLC0415  Google's packages are slow to import
    from brief_audio.storage.google_bucket import GoogleBucket  # noqa: PLC0415

    bucket = GoogleBucket(settings.gcs_bucket)
    if is_probe:
        return gcs.GcsStore(bucket, reading=gcs.PROBING, writing=gcs.PROBING)
    return gcs.GcsStore(bucket, reading=gcs.READING if has_listeners else gcs.WRITING)
