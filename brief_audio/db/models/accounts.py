"""Users, their sessions, and sign-in attempts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from brief_audio.db.models.base import Base, created_at, one_of
from brief_audio.domain.accounts import LinkPurpose, Role


class User(Base):
    """A person who signs in to the dashboard. Without a password they can't, until they set one through a link.

    (`user` is a reserved word in SQL, hence the table's name.)
    """

    __tablename__ = "dashboard_user"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("email = lower(email) AND email <> ''", name="email_lower"),
    )

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str | None] = mapped_column(String(300))
    is_enabled: Mapped[bool] = mapped_column(server_default="true")
    created_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = created_at()


class UserSession(Base):
    """A browser that is signed in. Only the browser has the token; the table has its hash."""

    __tablename__ = "user_session"
    __table_args__ = (Index("ix_user_session_live", "user_id", postgresql_where=text("ended_at IS NULL")),)

    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("dashboard_user.id", ondelete="CASCADE"))
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(300))

    user: Mapped[User] = relationship()


class OneTimeLink(Base):
    """A link that sets a password once: for the first admin, or for an invitation."""

    __tablename__ = "one_time_link"
    __table_args__ = (one_of("purpose", LinkPurpose),)

    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("dashboard_user.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = created_at()

    user: Mapped[User] = relationship()


class KnownPlace(Base):
    """A network location that a user has signed in from: an IPv4 address, or a household's IPv6 network."""

    __tablename__ = "known_place"
    __table_args__ = (UniqueConstraint("user_id", "place"), Index("ix_known_place_seen_at", "seen_at"))

    user_id: Mapped[int] = mapped_column(ForeignKey("dashboard_user.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(45))
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SignInTry(Base):
    """An attempt to sign in, counted before its password is checked.

    `is_known` is true if the user signed in before from this `address`, or with this `device` if one is named.
    """

    __tablename__ = "sign_in_try"
    __table_args__ = (
        Index("ix_sign_in_try_email", "email", "at"),
        Index("ix_sign_in_try_address", "address", "at"),
        Index("ix_sign_in_try_network", "network", "at"),
        Index("ix_sign_in_try_device", "device", "at", postgresql_where=text("device <> ''")),
        Index("ix_sign_in_try_at", "at"),
    )

    at: Mapped[datetime] = mapped_column(server_default=func.now())
    email: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(45))
    network: Mapped[str] = mapped_column(String(45), server_default="")
    device: Mapped[str] = mapped_column(String(64), server_default="")
    is_known: Mapped[bool] = mapped_column(server_default="false")
    has_succeeded: Mapped[bool] = mapped_column(server_default="false")
