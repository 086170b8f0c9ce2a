"""Settings, read once from the environment, with every problem reported at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from brief_audio.settings_reader import SettingsReader

SECRET_KEY_LENGTH = 32
WEAK_SECRETS = frozenset({"secret", "changeme", "dev", "development", "password", "test"})
ENGINES = ("coqui", "tone")
STORAGES = ("local", "gcs")
LOG_FORMATS = ("text", "json")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; `docs/configuration.md` describes each."""

    data_dir: Path
    database_url: str | None  # None: the embedded server on the data folder
    secret_key: str = field(repr=False)
    port: int
    public_url: str  # without a slash at its end
    engine: str
    storage: str
    gcs_bucket: str  # may be empty where audio is kept elsewhere
    log_format: str
    trusted_proxies: int
    utterance_seconds: float
    poll_seconds: float
    speech_processes: int
    unknown: tuple[str, ...]  # BRIEF_ names that mean nothing here: worth a warning

    @classmethod
    def from_env(
        cls, env: Mapping[str, str], *, processors: int, secret_key: str | None = None, needs_secret: bool = True
    ) -> "Settings":
        """Read the settings from `env`.

        `processors` is the number of cores; `secret_key`, where given, is used when the environment has none
        (`manage.py run` makes and keeps its own); commands that serve nobody need none. Raise `SettingsError` with
        every problem found.
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
            engine=reader.choice("BRIEF_ENGINE", ENGINES),
            storage=storage,
            gcs_bucket=_gcs_bucket(reader, is_needed=storage == "gcs"),
            log_format=reader.choice("BRIEF_LOG_FORMAT", LOG_FORMATS),
            trusted_proxies=reader.whole("BRIEF_TRUSTED_PROXIES", 0, least=0, most=10),
            utterance_seconds=reader.seconds("BRIEF_UTTERANCE_SECONDS", 60.0, least=1, most=3600),
            poll_seconds=reader.seconds("BRIEF_POLL_SECONDS", 2.0, least=0.05, most=300),
            speech_processes=reader.whole("BRIEF_SPEECH_PROCESSES", min(4, max(1, processors)), least=1, most=64),
            unknown=reader.unknown(),
        )
        reader.raise_problems()
        return settings


def _gcs_bucket(reader: SettingsReader, *, is_needed: bool) -> str:
    """Return a name as https://cloud.google.com/storage/docs/buckets#naming allows it, roughly."""
    bucket = reader.text("BRIEF_GCS_BUCKET") or ""
    if is_needed and not bucket:
        reader.problem("BRIEF_GCS_BUCKET", None, "it is missing; BRIEF_STORAGE=gcs needs the name of a bucket")
    elif bucket and not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]", bucket):
        reader.problem("BRIEF_GCS_BUCKET", bucket, "it must be the bare name of a bucket, without gs://")
    return bucket


def _secret_key(reader: SettingsReader, kept: str | None, *, is_needed: bool) -> str:
    key = reader.secret("SECRET_KEY") or kept
    advice = 'make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
    if key is None:
        if is_needed:
            reader.problem("SECRET_KEY", None, f"it is missing; {advice}")
        return ""
    if len(key) < SECRET_KEY_LENGTH or key.lower() in WEAK_SECRETS or len(set(key)) < SECRET_KEY_LENGTH // 4:
        reader.problem("SECRET_KEY", None, f"it is too weak (at least {SECRET_KEY_LENGTH} varied characters); {advice}")
    return key
