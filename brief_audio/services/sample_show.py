"""The sample show of a fresh installation, with its brief and schedule."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from brief_audio.db import rows, shows
from brief_audio.db.briefs import briefs
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Show
from brief_audio.sample import sample_brief
from brief_audio.sample.cover import SAMPLE_COVER, SAMPLE_COVER_ALT
from brief_audio.services.briefs.import_brief import Imported, import_brief
from brief_audio.services.schedules import editing
from brief_audio.services.schedules.editing import SchedulePlan
from brief_audio.services.shows.cover import store_cover
from brief_audio.storage.base import AudioStore

SAMPLE_SHOW = "morning-brief"
SAMPLE_ZONE = "Europe/London"
SAMPLE_CRON = "30 5 * * *"


def make_sample(db: Database, store: AudioStore, *, now: datetime, voice: str, actor: str) -> Imported | None:
    """Create the sample show with today's brief; return None if the show exists already.

    The cover is stored between two transactions, because a bucket may be slow.
    """
    with db.transaction() as session:
        if shows.find_show(session, SAMPLE_SHOW) is not None:
            return None
    cover = store_cover(store, SAMPLE_SHOW, SAMPLE_COVER)
    with db.transaction() as session:
        if shows.find_show(session, SAMPLE_SHOW) is not None:
            return None
        return _make_sample(session, cover, now=now, voice=voice, actor=actor)


def unpublished_sample(session: Session) -> int | None:
    """Return the id of the sample show's brief, if it is the only one and has no rendition yet."""
    found = briefs.latest(session, show_slug=SAMPLE_SHOW, limit=2)
    return found[0].id if len(found) == 1 and found[0].current_rendition_id is None else None


def _make_sample(session: Session, cover: str, *, now: datetime, voice: str, actor: str) -> Imported:
    speaker = shows.find_voice(session, voice)
    assert speaker is not None
    show = Show(
        slug=SAMPLE_SHOW,
        title="Morning Brief",
        tagline="The desk’s brief, read aloud every morning.",
        language="en-US",
        time_zone=SAMPLE_ZONE,
        voice_id=speaker.id,
        cover_object=cover,
        cover_alt=SAMPLE_COVER_ALT,
    )
    rows.add(session, show)
    editing.add(session, SAMPLE_SHOW, SchedulePlan(SAMPLE_CRON), now=now, actor=actor)
    today: date = now.astimezone(ZoneInfo(SAMPLE_ZONE)).date()
    return import_brief(session, sample_brief(today), replace=False, as_draft=False, actor=actor)
