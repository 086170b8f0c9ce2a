"""How to fix what `doctor` finds wrong: the command line's advice for each check and its code."""

import os

from brief_audio.config.settings import Settings
from brief_audio.services.operations.health import Check, Level

REINSTALL = "run `make install` again"
OWN_VOICE = "correct the BRIEF_COQUI_… settings, or check that Coqui can download the model"
OWN_DATABASE = "check that the server of DATABASE_URL is running and accepts this user"
EMBEDDED_DATABASE = "see the message; the server's own log is in the data folder, under postgres"
OTHER_FFMPEG = "IMAGEIO_FFMPEG_EXE"  # the variable of the package that brings ffmpeg
CORRECT_OTHER_FFMPEG = f"unset {OTHER_FFMPEG}, which names a program other than the one installed, or correct it"
DATA_FOLDER = "check that the data folder is writable and has free space"
BUCKET = "check that BRIEF_GCS_BUCKET exists and that the credentials may read, write and delete there"
UNKNOWN = "unknown"  # the code of a check that could not be made
FIXES = {  # of problems that have the same fix wherever they are found
    UNKNOWN: "fix that first",
    "clocks_differ": "synchronise both machines' clocks with NTP (timedatectl set-ntp true)",
    "files_missing": "generate each of these briefs again: stored narrations are reused",
    "jobs_waiting": "start `manage.py scheduler` (or `manage.py run`), or see its log for why it claims none",
    "low_disk_space": "free some space, or move the data with BRIEF_DATA_DIR",
    "schema_outdated": "run `manage.py db upgrade`",
    "too_many_connections": "lower BRIEF_CONCURRENCY, raise the server's max_connections, or use PgBouncer",
}
FOLDERS = {"data folder": "choose another BRIEF_DATA_DIR", "temporary folder": "set TMPDIR to another folder"}


def fix_for(check: Check, settings: Settings) -> str:
    """Return how to fix what a check found; empty if it is OK or if its message says so itself."""
    if check.level is Level.OK or not check.code:
        return ""
    return FIXES.get(check.code) or FOLDERS.get(check.name) or _fix_for_part(check, settings)


def _fix_for_part(check: Check, settings: Settings) -> str:
    part, _, voice = check.name.partition(" ")
    match part:
        case "ffmpeg":
            return CORRECT_OTHER_FFMPEG if os.environ.get(OTHER_FFMPEG) else REINSTALL
        case "voice":
            return OWN_VOICE if voice == settings.coqui_voice_name else REINSTALL
        case "store" | "published":
            return DATA_FOLDER if settings.storage == "local" else _fix_for_bucket(check.code, settings.gcs_endpoint)
        case _:
            return EMBEDDED_DATABASE if settings.database_url is None else OWN_DATABASE


def _fix_for_bucket(code: str, endpoint: str | None) -> str:
    match code:
        case "storage_denied":
            return ""  # the message names the setting to correct
        case "store_unreachable":
            return f"check that this machine's network reaches {endpoint or 'Google Cloud Storage'}"
        case "storage_refused" | "object_exists" | "object_missing" | "invalid_object_name":
            return BUCKET
        case "storage_failed" | "storage_full" if endpoint:
            return f"check what answers at {endpoint}"
        case "storage_failed" | "storage_full":
            return "try again later; https://status.cloud.google.com shows whether Google knows of a problem"
        case _:
            return DATA_FOLDER  # the bucket is not the cause: files are written there on their way
