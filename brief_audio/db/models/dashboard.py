"""What the dashboard keeps beside the briefs: requests counted, errors grouped, items heard before they air."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from brief_audio.db.models.base import Base, created_at, one_of
from brief_audio.domain.dashboard import ErrorSource, HearingState
from brief_audio.domain.voice_names import LONGEST_VOICE_NAME


class RateWindow(Base):
    """How often something was asked in a window of time, counted by every web process together."""

    __tablename__ = "rate_window"
    __table_args__ = (Index("ix_rate_window_ends_at", "ends_at"), {"prefixes": ["UNLOGGED"]})

    key: Mapped[str] = mapped_column(String(500), unique=True)
    count: Mapped[int]
    ends_at: Mapped[datetime]


class ErrorGroup(Base):
    """One kind of error, however often it came: `sample` is its newest text."""

    __tablename__ = "error_group"
    __table_args__ = (
        one_of("source", ErrorSource),
        CheckConstraint("count >= 1", name="count_positive"),
        Index("ix_error_group_last_at", text("last_at DESC"), text("id DESC")),
    )

    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    source: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    sample: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(300), server_default="")  # an endpoint, a store, a worker
    number: Mapped[str] = mapped_column(String(20), server_default="")  # what the person who met it last was told
    job_id: Mapped[int | None] = mapped_column(ForeignKey("audio_generation_job.id", ondelete="SET NULL"), index=True)
    count: Mapped[int] = mapped_column(server_default="1")
    first_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Hearing(Base):
    """One text that somebody wants to hear before it airs; a worker speaks it, nothing is published."""

    __tablename__ = "hearing"
    __table_args__ = (
        one_of("state", HearingState),
        Index("ix_hearing_waiting", "id", postgresql_where=text("state IN ('queued', 'speaking')")),
        Index("ix_hearing_created_at", "created_at"),
    )

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id", ondelete="SET NULL"), index=True)
    headline: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    voice: Mapped[str] = mapped_column(String(LONGEST_VOICE_NAME))
    take: Mapped[int] = mapped_column(server_default="0")
    state: Mapped[str] = mapped_column(String(20), server_default=HearingState.QUEUED)
    narration_key: Mapped[str | None] = mapped_column(String(64))
    duration_ms: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(500))
    attempt: Mapped[int] = mapped_column(server_default="0")
    lease_until: Mapped[datetime | None]
    requested_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = created_at()
