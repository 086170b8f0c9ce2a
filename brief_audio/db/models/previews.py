"""Previews: texts that editors want to hear before they air."""

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from brief_audio.db.models.base import Base
from brief_audio.db.models.work import Leased, leased
from brief_audio.domain.voice_names import LONGEST_VOICE_NAME


class Preview(Leased, Base):
    """A text made into audio for the team only: stored under `narration_key`, never published."""

    __tablename__ = "preview"
    __table_args__ = (*leased("preview"), Index("ix_preview_created_at", "created_at"))

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id", ondelete="SET NULL"), index=True)
    headline: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    voice: Mapped[str] = mapped_column(String(LONGEST_VOICE_NAME))
    take: Mapped[int] = mapped_column(server_default="0")
    narration_key: Mapped[str | None] = mapped_column(String(64))
    duration_ms: Mapped[int | None]
