"""The schedules' tables: schedules, overrides for single dates, and one tick for each past scheduled run."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brief_audio.db.models.base import Base, created_at, one_of
from brief_audio.db.models.shows import Show
from brief_audio.domain.schedule.ticks import OverrideKind, TickState


class Schedule(Base):
    """When a show's scheduled runs are due. It covers only times after `since`."""

    __tablename__ = "schedule"
    __table_args__ = (CheckConstraint("catch_up_minutes BETWEEN 1 AND 1440", name="catch_up_range"),)

    show_id: Mapped[int] = mapped_column(ForeignKey("show.id", ondelete="CASCADE"), index=True)
    cron: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(64))
    catch_up_minutes: Mapped[int] = mapped_column(server_default="360")
    ready_by: Mapped[time | None]
    is_enabled: Mapped[bool] = mapped_column(server_default="true")
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    created_at: Mapped[datetime] = created_at()

    show: Mapped[Show] = relationship()
    overrides: Mapped[list["ScheduleOverride"]] = relationship(
        order_by="ScheduleOverride.first_date", cascade="all, delete-orphan", passive_deletes=True
    )


class ScheduleOverride(Base):
    """A decision for the dates `first_date` to `last_date`: skip them, or run one at another time."""

    __tablename__ = "schedule_override"
    __table_args__ = (
        one_of("kind", OverrideKind),
        CheckConstraint("first_date <= last_date", name="dates_in_order"),
        CheckConstraint("(kind = 'skip') = (local_time IS NULL)", name="time_unless_skipped"),
        CheckConstraint("kind = 'skip' OR first_date = last_date", name="one_date_unless_skipped"),
    )

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    first_date: Mapped[date]
    last_date: Mapped[date]
    local_time: Mapped[time | None]


class Tick(Base):
    """One scheduled run of one schedule: unique, so any number of schedulers create only one job."""

    __tablename__ = "tick"
    __table_args__ = (
        one_of("state", TickState),
        UniqueConstraint("schedule_id", "local_date"),
        Index("ix_tick_open", "schedule_id", postgresql_where=text("closed_at IS NULL")),
        Index("ix_tick_local_date", "local_date", "id"),
        Index("ix_tick_unjudged", "ready_by", postgresql_where=text("judged_at IS NULL")),
    )

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id", ondelete="CASCADE"))
    local_date: Mapped[date]
    due_at: Mapped[datetime]
    open_until: Mapped[datetime]
    ready_by: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("audio_generation_job.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = created_at()
    closed_at: Mapped[datetime | None]
    late_told_at: Mapped[datetime | None]
    judged_at: Mapped[datetime | None]  # when lateness was decided

    schedule: Mapped[Schedule] = relationship()
