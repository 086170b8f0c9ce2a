"""Which editions are published, read for all shows at once."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from brief_audio.db.models import Brief, Show


def editions_out(session: Session, wanted: Collection[tuple[str, date]]) -> set[tuple[str, date]]:
    """Return the published ones among the wanted editions, each a show slug and a date."""
    if not wanted:
        return set()
    is_wanted = tuple_(Show.slug, Brief.local_date).in_(sorted(wanted))
    out = select(Show.slug, Brief.local_date).join(Show, Brief.show_id == Show.id)
    found = session.execute(out.where(is_wanted, Brief.current_rendition_id.is_not(None)))
    return {(slug, local_date) for slug, local_date in found if local_date is not None}
