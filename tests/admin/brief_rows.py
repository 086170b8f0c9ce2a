"""Briefs for the tests of their pages."""

import re
from datetime import date
from html import unescape

from brief_audio.db.briefs import briefs
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import AudioGenerationJob, Brief, Item, ItemNarration, Rendition
from brief_audio.domain.jobs import NarrationState
from tests import factories

SLUG = "morning-brief-2026-03-20"
PAGE = f"/admin/briefs/{SLUG}"
VERSION = re.compile(r'name="version" value="([^"]+)"')


def add_brief(database: Database, show_id: int, *, items: int = 3, day: date = date(2026, 3, 20)) -> None:
    with database.transaction() as session:
        brief = factories.brief(session, show_id, day, title="Friday", state="draft")
        for number in range(1, items + 1):
            factories.item(session, brief.id, number, headline=f"Headline {number}", body="It rains.")


def narrate(database: Database, *, failed: int | None = None) -> None:
    """Let the rendition of the brief be what a job made of its items."""
    with database.transaction() as session:
        brief = session.query(Brief).filter_by(slug=SLUG).one()
        job_id = factories.queued(session, brief, requested_by="night").id
        for row in session.query(ItemNarration).filter_by(job_id=job_id):
            is_failed = row.position == failed
            row.state = NarrationState.FAILED if is_failed else NarrationState.SPOKEN
            row.error = "The voice stopped answering" if is_failed else None
            row.duration_ms = None if is_failed else 12_000
        job = session.get_one(AudioGenerationJob, job_id)
        job.status, job.finished_at = "completed", job.created_at
        session.query(Rendition).filter_by(brief_id=brief.id).update({"job_id": job_id})


def kept(database: Database) -> list[Item]:
    with database.transaction() as session:
        return briefs.items(session, session.query(Brief).filter_by(slug=SLUG).one().id)


def version(page: str) -> str:
    """Return the version that the forms of a page carry."""
    found = VERSION.search(page)
    assert found is not None
    return unescape(found[1])
