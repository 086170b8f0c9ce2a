"""Briefs and their items."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brief_audio.db.models.base import Base, created_at, one_of
from brief_audio.db.models.shows import Show, Voice
from brief_audio.domain.jobs import BriefKind, BriefState
from brief_audio.domain.slugs import LONGEST_BRIEF_SLUG


class Brief(Base):
    """One issue of a show; `current_rendition_id` points to the published rendition."""

    __tablename__ = "brief"
    __table_args__ = (
        one_of("kind", BriefKind),
        one_of("state", BriefState),
        CheckConstraint("(kind = 'daily') = (local_date IS NOT NULL)", name="daily_has_date"),
        UniqueConstraint("show_id", "local_date"),
        Index("ix_brief_local_date", text("local_date DESC NULLS LAST"), text("id DESC")),
    )

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id", ondelete="RESTRICT"))
    slug: Mapped[str] = mapped_column(String(LONGEST_BRIEF_SLUG), unique=True)
    kind: Mapped[str] = mapped_column(String(20), server_default=BriefKind.DAILY)
    local_date: Mapped[date | None]
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20), server_default=BriefState.DRAFT)
    held_reason: Mapped[str | None] = mapped_column(String(500))
    held_at: Mapped[datetime | None]
    current_rendition_id: Mapped[int | None] = mapped_column(
        ForeignKey("rendition.id", ondelete="RESTRICT", use_alter=True), unique=True
    )
    created_at: Mapped[datetime] = created_at()
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    show: Mapped[Show] = relationship()
    items: Mapped[list["Item"]] = relationship(
        order_by="Item.position", cascade="all, delete-orphan", passive_deletes=True
    )


class Item(Base):
    """One piece of a brief; `take` counts how often it was re-recorded."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("brief_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("position >= 1", name="position_from_one"),
        CheckConstraint("take >= 0", name="take_not_negative"),
    )

    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id", ondelete="CASCADE"))
    position: Mapped[int]
    headline: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    source_url: Mapped[str | None] = mapped_column(Text)
    voice_id: Mapped[int | None] = mapped_column(ForeignKey("voice.id", ondelete="RESTRICT"), index=True)
    take: Mapped[int] = mapped_column(server_default="0")

    voice: Mapped[Voice | None] = relationship()
