"""Network locations that a user has signed in from before."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from brief_audio.db.models import KnownPlace, User


def is_known(session: Session, email: str, place: str) -> bool:
    """Return whether the user with this email signed in from `place`; the statement is the same for unknown users."""
    known = select(KnownPlace.id).join(User, User.id == KnownPlace.user_id)
    return session.execute(known.where(User.email == email, KnownPlace.place == place)).first() is not None


def remember(session: Session, user_id: int, place: str, *, most: int) -> None:
    """Record that a user signed in from `place`, and keep only the `most` most recent places.

    The caller must hold the user's row lock.
    """
    seen = insert(KnownPlace).values(user_id=user_id, place=place, seen_at=func.now())
    session.execute(
        seen.on_conflict_do_update(index_elements=["user_id", "place"], set_={"seen_at": seen.excluded.seen_at})
    )
    of_user = KnownPlace.user_id == user_id
    newest = select(KnownPlace.id).where(of_user).order_by(KnownPlace.seen_at.desc(), KnownPlace.id.desc()).limit(most)
    session.execute(delete(KnownPlace).where(of_user, KnownPlace.id.not_in(newest)))


def forget(session: Session, kept_for: timedelta, limit: int) -> int:
    """Delete places not used to sign in within `kept_for`; return how many."""
    old = select(KnownPlace.id).where(KnownPlace.seen_at < func.now() - kept_for).limit(limit)
    return len(session.execute(delete(KnownPlace).where(KnownPlace.id.in_(old)).returning(KnownPlace.id)).all())
