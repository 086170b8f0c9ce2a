"""What operation needs: rate windows, error groups, workers, the installation's token."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from brief_audio.db.models.base import Base, created_at, one_of
from brief_audio.domain.errors import ErrorSource


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


class WorkerRow(Base):
    """A process that claims jobs, under the name in `claimed_by`; it updates its row every few seconds."""

    __tablename__ = "worker"
    __table_args__ = (CheckConstraint("concurrency >= 1", name="concurrency_positive"),)

    name: Mapped[str] = mapped_column(String(200), unique=True)
    host: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int]
    version: Mapped[str] = mapped_column(String(40))
    concurrency: Mapped[int]
    memory_mib: Mapped[int]  # including its speech children
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class InstallationToken(Base):
    """The identity of this database; at most one row."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("is_the_one", name="only_one"),)

    is_the_one: Mapped[bool] = mapped_column(unique=True, server_default="true")
    token: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = created_at()
