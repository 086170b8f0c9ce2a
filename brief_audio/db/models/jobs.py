"""The queue's tables: jobs, each item's part in them, renditions and events."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brief_audio.db.models.base import Base, created_at, one_of
from brief_audio.db.models.briefs import Brief
from brief_audio.db.models.work import LIVE, Leased, leased
from brief_audio.domain.jobs import NarrationState, RenditionState
from brief_audio.domain.voice_names import LONGEST_VOICE_NAME
from brief_audio.domain.work import ERROR_LIMIT


class AudioGenerationJob(Leased, Base):
    """One row of work: narrate this brief."""

    __tablename__ = "audio_generation_job"
    __table_args__ = (
        *leased("audio_generation_job"),
        CheckConstraint("completed_items >= 0 AND failed_items >= 0", name="counts_not_negative"),
        CheckConstraint("completed_items + failed_items <= total_items", name="counts_within_total"),
        Index("uq_audio_generation_job_live", "brief_id", unique=True, postgresql_where=LIVE),
        Index("ix_audio_generation_job_brief_id", "brief_id", "id"),
    )

    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id", ondelete="CASCADE"))
    brief_title: Mapped[str] = mapped_column(String(300))
    copied_at: Mapped[datetime] = mapped_column(
        server_default=func.clock_timestamp()
    )  # when the brief's text was copied
    retry_of_id: Mapped[int | None] = mapped_column(
        ForeignKey("audio_generation_job.id", ondelete="SET NULL"), index=True
    )
    total_items: Mapped[int] = mapped_column(server_default="0")
    completed_items: Mapped[int] = mapped_column(server_default="0")
    failed_items: Mapped[int] = mapped_column(server_default="0")

    brief: Mapped[Brief] = relationship()
    narrations: Mapped[list["ItemNarration"]] = relationship(order_by="ItemNarration.position", passive_deletes=True)
    rendition: Mapped["Rendition | None"] = relationship(back_populates="job", uselist=False, passive_deletes=True)


class ItemNarration(Base):
    """One item's part in a job, with the text as it was when the job was created."""

    __tablename__ = "item_narration"
    __table_args__ = (
        one_of("state", NarrationState),
        UniqueConstraint("job_id", "position"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index("ix_item_narration_narration_key", "narration_key"),
    )

    job_id: Mapped[int] = mapped_column(ForeignKey("audio_generation_job.id", ondelete="CASCADE"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id", ondelete="SET NULL"), index=True)
    position: Mapped[int]
    headline: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    source_url: Mapped[str | None] = mapped_column(Text)
    voice: Mapped[str] = mapped_column(String(LONGEST_VOICE_NAME))
    take: Mapped[int] = mapped_column(server_default="0")
    state: Mapped[str] = mapped_column(String(20), server_default=NarrationState.PENDING)
    tries: Mapped[int] = mapped_column(server_default="0")  # tries of its utterances in the last attempt
    error: Mapped[str | None] = mapped_column(String(ERROR_LIMIT))
    narration_key: Mapped[str | None] = mapped_column(String(64))
    duration_ms: Mapped[int | None]


class Rendition(Base):
    """One finished, immutable audio version of a brief; every figure was measured on the encoded file.

    `contents` holds what listeners read along with the audio: items with text and times, and the waveform.
    """

    __tablename__ = "rendition"
    __table_args__ = (
        one_of("state", RenditionState),
        UniqueConstraint("brief_id", "number"),
        Index("uq_rendition_published", "brief_id", unique=True, postgresql_where=text("state = 'published'")),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("cardinality(voices) >= 1", name="voices_named"),
    )

    brief_id: Mapped[int] = mapped_column(ForeignKey("brief.id", ondelete="CASCADE"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("audio_generation_job.id", ondelete="SET NULL"), unique=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), server_default=RenditionState.STORED)
    audio_object: Mapped[str] = mapped_column(Text, unique=True)
    captions_object: Mapped[str] = mapped_column(Text)
    chapters_object: Mapped[str] = mapped_column(Text)
    manifest_object: Mapped[str] = mapped_column(Text)
    captions_bytes: Mapped[int | None]  # these three are None in rows older than the columns
    chapters_bytes: Mapped[int | None]
    manifest_bytes: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    duration_ms: Mapped[int]
    loudness_lufs: Mapped[float]
    true_peak_dbtp: Mapped[float]
    item_count: Mapped[int]
    failed_items: Mapped[int]
    voices: Mapped[tuple[str, ...]] = mapped_column(ARRAY(Text, as_tuple=True))  # that are heard, in that order
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    contents: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = created_at()
    published_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    job: Mapped[AudioGenerationJob | None] = relationship(back_populates="rendition")


class Event(Base):
    """One line of the history: who or what did what, to what, with what result."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_job_id", "job_id", "id"),
        Index("ix_event_brief_id", "brief_id", "id"),
        Index("ix_event_at", "at"),
    )

    at: Mapped[datetime] = created_at()
    actor: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(63))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("audio_generation_job.id", ondelete="SET NULL"))
    brief_id: Mapped[int | None] = mapped_column(ForeignKey("brief.id", ondelete="SET NULL"))
    attempt: Mapped[int | None]
    message: Mapped[str] = mapped_column(Text, server_default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
