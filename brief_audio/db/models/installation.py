"""The row that identifies this database."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from brief_audio.db.models.base import Base, created_at


class Installation(Base):
    """The identity of this database; at most one row."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("is_the_one", name="only_one"),)

    is_the_one: Mapped[bool] = mapped_column(unique=True, server_default="true")
    token: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = created_at()
