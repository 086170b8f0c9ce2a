"""Read all settings from the environment once, and report every problem together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from brief_audio.config.reader import SettingsReader
from brief_audio.domain.secret_keys import why_weak
from brief_audio.domain.voice_names import ENGINES, LONGEST_VOICE_NAME, TAKEN_VOICE_NAMES

STORAGES = ("local", "gcs")
LOG_FORMATS = ("text", "json")
FOLDER_MODELS = ("bark", "tortoise-v2")  # several networks in several files: no single checkpoint identifies them


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; `docs/configuration.md` describes each one."""

    data_dir: Path
    database_url: str | None  # None: the embedded server in the data folder
    secret_key: str = field(repr=False)
    port: int
    public_url: str  # without a trailing slash
    has_public_url: bool  # set explicitly: requests for any other host are then rejected
    engine: str
    storage: str
    gcs_bucket: str  # may be empty if audio is stored elsewhere
    gcs_endpoint: str | None  # of an emulator; Google's own client reads the same variable
    log_format: str
    trusted_proxies: int
    redis_url: str | None = field(repr=False)  # contains a password; None: requests are counted in the database
    utterance_seconds: float
    poll_seconds: float
    concurrency: int
    queue_limit: int
    backfill_limit: int
    history_days: int
    speech_processes: int
    speech_memory_mib: int
    coqui_model: str | None  # a name from Coqui's own list
    coqui_checkpoint: Path | None
    coqui_config: Path | None
    coqui_voice_name: str
    coqui_speaker: str | None
    coqui_language: str | None
    unknown: tuple[str, ...]  # BRIEF_ variables that are not settings; each gets a warning

    @classmethod
    def from_env(
        cls, env: Mapping[str, str], *, processors: int, secret_key: str | None = None, needs_secret: bool = True
    ) -> "Settings":
        """Read the settings from `env`.

        `processors` is the number of cores. `secret_key` is used if the environment has none (`manage.py run` creates
        its own); commands that serve no requests need none. Raise `SettingsError` with every problem found.
        """
        reader = SettingsReader(env)
        data_dir = reader.path("BRIEF_DATA_DIR", "var")
        port = reader.whole("PORT", 8000, least=1, most=65535)
        storage = reader.choice("BRIEF_STORAGE", STORAGES)
        settings = cls(
            data_dir=data_dir,
            database_url=reader.database_url("DATABASE_URL"),
            secret_key=_secret_key(reader, secret_key, is_needed=needs_secret),
            port=port,
            public_url=reader.web_address("BRIEF_PUBLIC_URL", f"http://127.0.0.1:{port}"),
            has_public_url=reader.text("BRIEF_PUBLIC_URL") is not None,
            engine=reader.choice("BRIEF_ENGINE", ENGINES),
            storage=storage,
            gcs_bucket=_gcs_bucket(reader, is_needed=storage == "gcs"),
            gcs_endpoint=_gcs_endpoint(reader) if storage == "gcs" else None,
            log_format=reader.choice("BRIEF_LOG_FORMAT", LOG_FORMATS),
            trusted_proxies=reader.whole("BRIEF_TRUSTED_PROXIES", 0, least=0, most=10),
            redis_url=reader.redis_url("BRIEF_REDIS_URL"),
            utterance_seconds=reader.seconds("BRIEF_UTTERANCE_SECONDS", 60.0, least=1, most=3600),
            poll_seconds=reader.seconds("BRIEF_POLL_SECONDS", 2.0, least=0.05, most=300),
            concurrency=reader.whole("BRIEF_CONCURRENCY", 3, least=1, most=16),
            queue_limit=reader.whole("BRIEF_QUEUE_LIMIT", 100, least=1, most=1_000_000),
            backfill_limit=reader.whole("BRIEF_BACKFILL_LIMIT", 1000, least=1, most=1_000_000),
            history_days=reader.whole("BRIEF_HISTORY_DAYS", 400, least=31, most=36_500),
            speech_processes=reader.whole("BRIEF_SPEECH_PROCESSES", min(4, max(1, processors)), least=1, most=64),
            speech_memory_mib=reader.whole("BRIEF_SPEECH_MEMORY_MIB", 2048, least=256, most=1_000_000),
            coqui_model=_coqui_model(reader),
            coqui_checkpoint=reader.path_if_given("BRIEF_COQUI_CHECKPOINT"),
            coqui_config=reader.path_if_given("BRIEF_COQUI_CONFIG"),
            coqui_voice_name=_voice_name(reader),
            coqui_speaker=reader.text("BRIEF_COQUI_SPEAKER"),
            coqui_language=_language(reader),
            unknown=reader.unknown(),
        )
        return _checked(reader, settings)


def _gcs_bucket(reader: SettingsReader, *, is_needed: bool) -> str:
    """Return the bucket name, checked roughly against https://cloud.google.com/storage/docs/buckets#naming."""
    bucket = reader.text("BRIEF_GCS_BUCKET") or ""
    if is_needed and not bucket:
        reader.problem("BRIEF_GCS_BUCKET", None, "it is missing; BRIEF_STORAGE=gcs requires a bucket name")
    elif bucket and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]", bucket):
        reader.problem("BRIEF_GCS_BUCKET", bucket, "it must be a bucket name, without gs://")
    return bucket


def _gcs_endpoint(reader: SettingsReader) -> str | None:
    return reader.web_address_if_given("STORAGE_EMULATOR_HOST", such_as="http://127.0.0.1:4443")


def _coqui_model(reader: SettingsReader) -> str | None:
    name = reader.text("BRIEF_COQUI_MODEL")
    if name is not None and not re.fullmatch(r"tts_models(/[A-Za-z0-9][A-Za-z0-9._-]*){3}", name):
        reader.problem("BRIEF_COQUI_MODEL", name, "it must be a name such as tts_models/en/ljspeech/vits")
    elif name is not None and name.rpartition("/")[2] in FOLDER_MODELS:
        models = " and ".join(FOLDER_MODELS)
        reader.problem(
            "BRIEF_COQUI_MODEL", name, f"{models} consist of several networks and are not supported; use another model"
        )
    return name


def _voice_name(reader: SettingsReader) -> str:
    name = reader.text("BRIEF_COQUI_VOICE_NAME") or "custom"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) or len(name) > LONGEST_VOICE_NAME or name in TAKEN_VOICE_NAMES:
        taken = " and ".join(TAKEN_VOICE_NAMES)
        reader.problem("BRIEF_COQUI_VOICE_NAME", name, f"it must consist of a-z, 0-9 and hyphens; {taken} are reserved")
    return name


def _language(reader: SettingsReader) -> str | None:
    tag = reader.text("BRIEF_COQUI_LANGUAGE")
    if tag is not None and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
        reader.problem("BRIEF_COQUI_LANGUAGE", tag, "it must be a language tag such as en-US")
    return tag


def _checked(reader: SettingsReader, settings: Settings) -> Settings:
    _check_own_model(reader, settings)
    reader.raise_problems()
    return settings


def _check_own_model(reader: SettingsReader, settings: Settings) -> None:
    """Check that the model is named in only one way, and that checkpoint and configuration are set together."""
    checkpoint, config = settings.coqui_checkpoint, settings.coqui_config
    if (checkpoint is None) != (config is None):
        missing = "BRIEF_COQUI_CONFIG" if config is None else "BRIEF_COQUI_CHECKPOINT"
        reader.problem(missing, None, "it is missing; set BRIEF_COQUI_CHECKPOINT and BRIEF_COQUI_CONFIG together")
    if settings.coqui_model is not None and checkpoint is not None:
        reader.problem("BRIEF_COQUI_MODEL", settings.coqui_model, "BRIEF_COQUI_CHECKPOINT is also set; keep only one")


def _secret_key(reader: SettingsReader, kept: str | None, *, is_needed: bool) -> str:
    key = reader.secret("SECRET_KEY") or kept
    advice = 'generate one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
    if key is None:
        if is_needed and reader.text("SECRET_KEY_FILE") is None:  # problems with the file are already reported
            reader.problem("SECRET_KEY", None, f"it is missing; {advice}")
        return ""
    if (reason := why_weak(key)) is not None:
        reader.secret_problem("SECRET_KEY", f"it is too weak: it {reason}; {advice}")
    return key
