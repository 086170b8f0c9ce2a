"""What the dashboard stores besides briefs: request counts and grouped errors."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from brief_audio.db.models.base import Base, one_of
from brief_audio.domain.dashboard import ErrorSource


class RateWindow(Base):
    """How many requests a time window has had, counted across all web processes."""

    __tablename__ = "rate_window"
    __table_args__ = (Index("ix_rate_window_ends_at", "ends_at"), {"prefixes": ["UNLOGGED"]})

    key: Mapped[str] = mapped_column(String(500), unique=True)
    count: Mapped[int]
    ends_at: Mapped[datetime]


class ErrorGroup(Base):
    """One kind of error, however often it occurred: `sample` is its latest text."""

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
    place: Mapped[str] = mapped_column(String(300), server_default="")  # an endpoint, a storage, a worker
    number: Mapped[str] = mapped_column(
        String(20), server_default=""
    )  # the error number shown to the last person affected
    job_id: Mapped[int | None] = mapped_column(ForeignKey("audio_generation_job.id", ondelete="SET NULL"), index=True)
    count: Mapped[int] = mapped_column(server_default="1")
    first_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_at: Mapped[datetime] = mapped_column(server_default=func.now())
