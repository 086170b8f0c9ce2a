"""Facts about each worker, for people only: a job's recovery depends on its lease alone."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, func
from sqlalchemy.orm import Mapped, mapped_column

from brief_audio.db.models.base import Base


class Worker(Base):
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
