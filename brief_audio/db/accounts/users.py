"""Users of the dashboard."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brief_audio.db.models import User
from brief_audio.domain.accounts import Role

FIRST_ADMIN_LOCK = 7_205_011  # advisory lock: held while creating the first admin


def find_user(session: Session, user_id: int) -> User | None:
    """Return a user by ID."""
    return session.get(User, user_id)


def find_user_by_email(session: Session, email: str) -> User | None:
    """Return a user by email address, ignoring case."""
    return session.execute(select(User).where(User.email == email.lower())).scalar_one_or_none()


def locked_user(session: Session, user_id: int) -> User | None:
    """Return a user, locked until the transaction ends: no other transaction can change it or start its sessions."""
    wanted = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return session.execute(wanted.execution_options(populate_existing=True)).scalar_one_or_none()


def locked_admins(session: Session) -> dict[int, User]:
    """Return the admins who can sign in, locked against changes until the transaction ends.

    If two admins remove each other's role at the same time, the second waits here, and is no longer an admin after.
    """
    able = (User.role == Role.ADMIN, User.is_enabled, User.password_hash.is_not(None))
    wanted = select(User).where(*able).order_by(User.id).with_for_update(key_share=True)
    found = session.execute(wanted.execution_options(populate_existing=True)).scalars()
    return {user.id: user for user in found}


def lock_first_admin(session: Session) -> None:
    """Prevent other transactions from creating the first admin until this one ends."""
    session.execute(select(func.pg_advisory_xact_lock(FIRST_ADMIN_LOCK)))


def has_users(session: Session) -> bool:
    """Return whether any user exists."""
    return session.execute(select(User.id).limit(1)).first() is not None


def has_passwords(session: Session) -> bool:
    """Return whether any user has a password."""
    return session.execute(select(User.id).where(User.password_hash.is_not(None)).limit(1)).first() is not None


def list_users(session: Session, *, after: str, limit: int | None) -> list[User]:
    """Return users by email address, starting after the address `after`."""
    return list(session.execute(select(User).where(User.email > after).order_by(User.email).limit(limit)).scalars())
