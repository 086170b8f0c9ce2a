"""What editors keep: voices, shows, their lexicon, briefs and items."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brief_audio.db.models.base import Base, created_at, one_of
from brief_audio.domain.jobs import BriefKind, BriefState
from brief_audio.domain.lexicon import LONGEST_SPOKEN, LONGEST_WRITTEN
from brief_audio.domain.slugs import LONGEST_BRIEF_SLUG, LONGEST_SLUG
from brief_audio.domain.voice_names import LONGEST_VOICE_NAME


class Voice(Base):
    """A named way to speak, with what is known of its origin."""

    __tablename__ = "voice"

    name: Mapped[str] = mapped_column(String(LONGEST_VOICE_NAME), unique=True)
    engine: Mapped[str] = mapped_column(String(63))
    language: Mapped[str] = mapped_column(String(35))
    rate_hz: Mapped[int]
    licence: Mapped[str] = mapped_column(Text)
    descends_from: Mapped[str] = mapped_column(Text)
    is_verified: Mapped[bool]


class Show(Base):
    """A recurring programme; pauses are silence in milliseconds, put in at mastering."""

    __tablename__ = "show"
    __table_args__ = (
        CheckConstraint("failed_share_limit BETWEEN 0 AND 1", name="failed_share_limit_range"),
        CheckConstraint("speed BETWEEN 0.5 AND 2", name="speed_range"),
        CheckConstraint(
            "least(opening_pause_ms, sentence_pause_ms, headline_pause_ms, item_pause_ms) >= 0"
            " AND greatest(opening_pause_ms, sentence_pause_ms, headline_pause_ms, item_pause_ms) <= 10000",
            name="pauses_range",
        ),
    )

    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    tagline: Mapped[str] = mapped_column(String(300), server_default="")
    language: Mapped[str] = mapped_column(String(35))
    time_zone: Mapped[str] = mapped_column(String(64))
    voice_id: Mapped[int] = mapped_column(ForeignKey("voice.id", ondelete="RESTRICT"), index=True)
    speed: Mapped[float] = mapped_column(server_default="1")
    opening_pause_ms: Mapped[int] = mapped_column(server_default="400")
    sentence_pause_ms: Mapped[int] = mapped_column(server_default="350")
    headline_pause_ms: Mapped[int] = mapped_column(server_default="700")
    item_pause_ms: Mapped[int] = mapped_column(server_default="1200")
    failed_share_limit: Mapped[float] = mapped_column(server_default=text("1.0 / 3"))
    cover_object: Mapped[str | None] = mapped_column(Text)
    cover_alt: Mapped[str] = mapped_column(Text, server_default="")
    created_at: Mapped[datetime] = created_at()

    voice: Mapped[Voice] = relationship()


class LexiconRule(Base):
    """A show's rule: say `spoken` wherever `written` stands as a whole word."""

    __tablename__ = "lexicon_rule"
    __table_args__ = (
        UniqueConstraint("show_id", "written"),
        CheckConstraint("written <> '' AND spoken <> ''", name="not_empty"),
    )

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id", ondelete="CASCADE"))
    written: Mapped[str] = mapped_column(String(LONGEST_WRITTEN))
    spoken: Mapped[str] = mapped_column(String(LONGEST_SPOKEN))
    match_case: Mapped[bool] = mapped_column(server_default="false")


class Brief(Base):
    """One issue of a show; `current_rendition_id` is the pointer that publishes."""

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
    """One piece of a brief; `take` counts how often it was asked to be spoken anew."""

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
