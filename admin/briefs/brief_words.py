"""How a brief's page shows its renditions: when each was made, how loud it is, where it plays."""

from flask import url_for

from brief_audio.db.briefs.brief_page import RenditionRow
from brief_audio.domain.jobs import RenditionState
from brief_audio.domain.time_zones import local
from brief_audio.http.wording import NO_BREAK_SPACE
from brief_audio.services.briefs.brief_page import BriefPageContent

LISTENABLE = (RenditionState.PUBLISHED, RenditionState.SUPERSEDED)
MINUS = "\N{MINUS SIGN}"


def sound(brief: BriefPageContent, row: RenditionRow, download: int | None = None) -> str:
    """Return the address of a rendition's audio: the public one, or a dashboard one if listeners can't get it."""
    if row.state in LISTENABLE:
        return url_for("audio.audio", name=row.audio_object, download=download)
    return url_for("brief_renditions.sound", slug=brief.slug, number=row.number, download=download)


def made(row: RenditionRow, brief: BriefPageContent) -> str:
    """Return when a rendition was made, in the show's time zone; with the date unless it is the brief's own."""
    at = local(row.created_at, brief.time_zone)
    is_own_day = at.date() == brief.local_date
    return f"{at:%H:%M}" if is_own_day else f"{at.day}{NO_BREAK_SPACE}{at:%b},{NO_BREAK_SPACE}{at:%H:%M}"


def level(value: float, unit: str) -> str:
    """Return a measured level with a true minus sign: `−16.0 LUFS`."""
    return f"{value:.1f}{NO_BREAK_SPACE}{unit}".replace("-", MINUS)
