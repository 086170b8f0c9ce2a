"""Briefs with distinct texts and one job each, created as fast as the live workers can process them."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.models import Brief, Item

ITEMS = 4
BODY = (
    "The council met on Tuesday night and agreed on the budget of {number} million. It surprised no one. "
    "The mayor said that bus number {number} will come every ten minutes, and that fares stay as they are. "
    "In the afternoon there may be rain in the north, and some wind along the coast."
)
SHOW = """
INSERT INTO show (slug, title, language, time_zone, voice_id)
SELECT 'dawn', 'Dawn', 'en-US', 'UTC', id FROM voice WHERE name = 'tone' RETURNING id
"""
LIVE = "SELECT count(*) FROM audio_generation_job WHERE status IN ('queued', 'processing')"


@dataclass(slots=True)
class Newsroom:
    """The only show and its briefs."""

    db: Database
    show_id: int
    briefs: int = 0

    def live_jobs(self) -> int:
        """Return how many jobs are queued or processing."""
        with self.db.transaction() as session:
            return int(session.execute(text(LIVE)).scalar_one())

    def keep_busy(self, jobs: int) -> None:
        """Request new briefs until `jobs` jobs are live, leaving room for jobs that return from dead workers."""
        for _ in range(jobs - self.live_jobs()):
            self.briefs += 1
            with self.db.transaction() as session:
                enqueueing.enqueue(session, _brief(session, self.show_id, self.briefs), requested_by="chaos")


def opened(db: Database) -> Newsroom:
    """Return a newsroom with a show."""
    with db.transaction() as session:
        return Newsroom(db, session.execute(text(SHOW)).scalar_one())


def _brief(session: Session, show_id: int, number: int) -> Brief:
    brief = Brief(show_id=show_id, slug=f"brief-{number}", kind="text", title=f"Brief {number}", state="ready")
    session.add(brief)
    session.flush()
    session.add_all(
        Item(
            brief_id=brief.id, position=position, headline=f"Story {position} of {number}", body=_body(number, position)
        )
        for position in range(1, ITEMS + 1)
    )
    session.flush()
    return brief


def _body(number: int, position: int) -> str:
    return BODY.format(number=ITEMS * number + position)
