"""Voices, shows and their lexicon."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brief_audio.db.models.base import Base, created_at
from brief_audio.domain.lexicon_rules import LONGEST_SPOKEN, LONGEST_WRITTEN
from brief_audio.domain.slugs import LONGEST_SLUG
from brief_audio.domain.voice_names import LONGEST_VOICE_NAME


class Voice(Base):
    """A named way to speak, with what is known about its origin."""

    __tablename__ = "voice"

    name: Mapped[str] = mapped_column(String(LONGEST_VOICE_NAME), unique=True)
    engine: Mapped[str] = mapped_column(String(63))
    language: Mapped[str] = mapped_column(String(35))
    rate_hz: Mapped[int]
    licence: Mapped[str] = mapped_column(Text)
    descends_from: Mapped[str] = mapped_column(Text)
    is_verified: Mapped[bool]


class Show(Base):
    """A recurring programme; pauses are silence in milliseconds, added at mastering."""

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
    """A show's rule: say `spoken` wherever `written` occurs as a whole word."""

    __tablename__ = "lexicon_rule"
    __table_args__ = (
        UniqueConstraint("show_id", "written"),
        CheckConstraint("written <> '' AND spoken <> ''", name="not_empty"),
    )

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id", ondelete="CASCADE"))
    written: Mapped[str] = mapped_column(String(LONGEST_WRITTEN))
    spoken: Mapped[str] = mapped_column(String(LONGEST_SPOKEN))
    match_case: Mapped[bool] = mapped_column(server_default="false")
