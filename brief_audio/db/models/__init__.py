"""The tables. Importing this package fills the metadata that migrations are compared with."""

from brief_audio.db.models.base import Base
from brief_audio.db.models.installation import Installation
from brief_audio.db.models.jobs import AudioGenerationJob, Event, ItemNarration, Rendition
from brief_audio.db.models.schedules import Schedule, ScheduleOverride, Tick
from brief_audio.db.models.shows import Brief, Item, LexiconRule, Show, Voice

__all__ = [
    "AudioGenerationJob",
    "Base",
    "Brief",
    "Event",
    "Installation",
    "Item",
    "ItemNarration",
    "LexiconRule",
    "Rendition",
    "Schedule",
    "ScheduleOverride",
    "Show",
    "Tick",
    "Voice",
]
