"""How a brief's page writes its renditions: when they were made, how loud they are, where they are heard."""

from flask import url_for

from brief_audio.db.brief_pages import RenditionRow
from brief_audio.domain.jobs import RenditionState
from brief_audio.services.brief_page import BriefPage
from brief_audio.wording import NO_BREAK_SPACE, local

LISTENABLE = (RenditionState.PUBLISHED, RenditionState.SUPERSEDED)
MINUS = "\N{MINUS SIGN}"


def sound(brief: BriefPage, row: RenditionRow, download: int | None = None) -> str:
    """Return where a rendition is heard: as listeners get it, or below the dashboard where they do not."""
    if row.state in LISTENABLE:
        return url_for("audio.audio", name=row.audio_object, download=download)
    return url_for("brief_renditions.sound", slug=brief.slug, number=row.number, download=download)


def made(row: RenditionRow, brief: BriefPage) -> str:
    """Return when a rendition was made, in the show's zone; with its day where that is not the brief's own."""
    there = local(row.created_at, brief.time_zone)
    is_own_day = there.date() == brief.local_date
    return f"{there:%H:%M}" if is_own_day else f"{there.day}{NO_BREAK_SPACE}{there:%b},{NO_BREAK_SPACE}{there:%H:%M}"


def level(value: float, unit: str) -> str:
    """Return a measured level with a real minus sign: `−16.0 LUFS`."""
    return f"{value:.1f}{NO_BREAK_SPACE}{unit}".replace("-", MINUS)
