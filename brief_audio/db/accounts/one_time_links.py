"""Links that set a password once. The table stores the hash of each token, never the token."""

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from brief_audio.db.models import OneTimeLink, User
from brief_audio.domain.accounts import LinkPurpose


def add(
    session: Session, user_id: int, token_sha256: str, purpose: LinkPurpose, *, lasts: timedelta, actor: str
) -> None:
    """Store a link that stays valid for `lasts`."""
    session.add(
        OneTimeLink(
            token_sha256=token_sha256,
            user_id=user_id,
            purpose=purpose,
            expires_at=func.now() + lasts,
            created_by=actor,
        )
    )
    session.flush()


def find(session: Session, token_sha256: str) -> tuple[OneTimeLink, bool] | None:
    """Return a link with its user, and whether it has expired."""
    wanted = select(OneTimeLink, OneTimeLink.expires_at <= func.now()).options(joinedload(OneTimeLink.user))
    found = session.execute(wanted.where(OneTimeLink.token_sha256 == token_sha256)).one_or_none()
    return found and (found[0], found[1])


def use_up(session: Session, token_sha256: str) -> int | None:
    """Use a link; return its user's ID. If several callers try at once, exactly one succeeds; the others get None."""
    usable = (
        OneTimeLink.token_sha256 == token_sha256,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > func.now(),
    )
    used = update(OneTimeLink).where(*usable).values(used_at=func.now()).returning(OneTimeLink.user_id)
    return session.execute(used.execution_options(synchronize_session=False)).scalar_one_or_none()


def expire(session: Session, user_id: int) -> None:
    """Expire every unused link of a user."""
    open_ones = update(OneTimeLink).where(
        OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > func.now()
    )
    session.execute(open_ones.values(expires_at=func.now()).execution_options(synchronize_session=False))


def waiting_first_admin(session: Session) -> User | None:
    """Return the user created as first admin who has no password yet."""
    links = select(OneTimeLink.user_id).where(OneTimeLink.purpose == LinkPurpose.FIRST_ADMIN)
    wanted = select(User).where(User.id.in_(links), User.password_hash.is_(None), User.is_enabled)
    return session.execute(wanted.order_by(User.id).limit(1)).scalar_one_or_none()
