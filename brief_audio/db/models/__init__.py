"""The tables. Import this package to fill the metadata that migrations are compared with."""

from brief_audio.db.models.accounts import KnownPlace, OneTimeLink, SignInTry, User, UserSession
from brief_audio.db.models.base import Base
from brief_audio.db.models.briefs import Brief, Item
from brief_audio.db.models.jobs import AudioGenerationJob, Event, ItemNarration, Rendition
from brief_audio.db.models.operations import ErrorGroup, InstallationToken, RateWindow, WorkerRow
from brief_audio.db.models.previews import Preview
from brief_audio.db.models.rendition_faults import RenditionFault
from brief_audio.db.models.schedules import Schedule, ScheduleOverride, Tick
from brief_audio.db.models.shows import LexiconRule, Show, Voice

__all__ = [
    "AudioGenerationJob",
    "Base",
    "Brief",
    "ErrorGroup",
    "Event",
    "InstallationToken",
    "Item",
    "ItemNarration",
    "KnownPlace",
    "LexiconRule",
    "OneTimeLink",
    "Preview",
    "RateWindow",
    "Rendition",
    "RenditionFault",
    "Schedule",
    "ScheduleOverride",
    "Show",
    "SignInTry",
    "Tick",
    "User",
    "UserSession",
    "Voice",
    "WorkerRow",
]
