"""Places on the network from which a user signed in before."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from brief_audio.db.models import KnownPlace, User


def is_known(session: Session, email: str, place: str) -> bool:
    """Return whether the user of that address signed in from `place`; one statement, whether or not there is a user."""
    known = select(KnownPlace.id).join(User, User.id == KnownPlace.user_id)
    return session.execute(known.where(User.email == email, KnownPlace.place == place)).first() is not None


def remember(session: Session, user_id: int, place: str, *, most: int) -> None:
    """Note that a user signed in from `place`, and keep no more than `most` places, those seen last.

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
    """Delete places that no user has signed in from for so long; return how many."""
    old = select(KnownPlace.id).where(KnownPlace.seen_at < func.now() - kept_for).limit(limit)
    return len(session.execute(delete(KnownPlace).where(KnownPlace.id.in_(old)).returning(KnownPlace.id)).all())
