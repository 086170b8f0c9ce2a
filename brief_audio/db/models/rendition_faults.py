"""Renditions with files that the last check found missing or incomplete."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from brief_audio.db.models.base import Base, created_at

LONGEST_REASON = 500


class RenditionFault(Base):
    """A rendition that listeners can't play in full; the row is deleted when a check finds its files again."""

    __tablename__ = "rendition_fault"

    rendition_id: Mapped[int] = mapped_column(ForeignKey("rendition.id", ondelete="CASCADE"), unique=True)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    found_at: Mapped[datetime] = created_at()
