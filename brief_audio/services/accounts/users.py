"""Create users, list them, change their roles, and disable or enable them."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from brief_audio.db import events, rows
from brief_audio.db.accounts import one_time_links, sessions, users
from brief_audio.db.models import User
from brief_audio.domain.accounts import Role, SessionEnd, UserState
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotFoundError
from brief_audio.services.accounts import passwords
from brief_audio.services.accounts.guessable import PasswordOwner

LONGEST_EMAIL = 200  # the longest actor that an event can hold
LONGEST_NAME = 200
EMAIL = re.compile(r"[!-?A-~]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)*")
LAST_ADMIN = "{} is the last admin who can sign in. Make another user an admin first."


@dataclass(frozen=True, slots=True)
class UserCard:
    """A user as a list shows it."""

    user_id: int
    email: str
    name: str
    role: Role
    state: UserState
    created_by: str
    created_at: datetime
    seen_at: datetime | None


def create(session: Session, email: str, name: str, role: Role, *, actor: str, password: str | None = None) -> User:
    """Create a user, who can sign in once they have a password.

    Raise `InvalidInputError` for an invalid e-mail, name or password, and `ConflictError` if the e-mail is taken.
    """
    user = User(email=checked_email(session, email), name=checked_name(name), role=role, created_by=actor)
    if password is not None:
        user.password_hash = passwords.hashed(password, PasswordOwner(user.email, user.name))
    rows.add(session, user)
    events.record(session, actor, "user.created", message=user.email, detail={"role": role})
    return user


def checked_email(session: Session, email: str, *, but: int | None = None) -> str:
    """Return a normalised e-mail; raise the same errors as `create`. The user with the id `but` may have it already."""
    address = email.strip().lower()
    if len(address) > LONGEST_EMAIL or not EMAIL.fullmatch(address):
        raise InvalidInputError(f"{email[:80]!r} is not an e-mail address such as ann@example.org")
    found = users.find_user_by_email(session, address)
    if found is not None and found.id != but:
        raise ConflictError(f"there is already a user {address}")
    return address


def checked_name(name: str) -> str:
    """Return a name without surrounding blanks; raise `InvalidInputError` if it is not valid."""
    called = name.strip()
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise InvalidInputError(f"a user needs a name of 1 to {LONGEST_NAME} printable characters")
    return called


def listed(session: Session, *, after: str = "", limit: int | None = None) -> list[UserCard]:
    """Return users ordered by e-mail, starting after the e-mail `after`."""
    found = users.list_users(session, after=after, limit=limit)
    seen = sessions.last_seen(session, [user.id for user in found])
    return [_card(user, seen.get(user.id)) for user in found]


def card(session: Session, user_id: int) -> UserCard:
    """Return the user with that id; raise `NotFoundError`."""
    user = users.find_user(session, user_id)
    if user is None:
        raise NotFoundError(f"there is no user {user_id}")
    return _card(user, sessions.last_seen(session, [user.id]).get(user.id))


def by_email(session: Session, email: str) -> UserCard:
    """Return the user with that e-mail; raise `NotFoundError`."""
    user = users.find_user_by_email(session, email.strip()) if email.isprintable() else None
    if user is None:
        raise NotFoundError(f"there is no user {email[:80]!r}", code="no_such_user")
    return card(session, user.id)


def refuse_disabled(user: UserCard) -> None:
    """Raise `ConflictError` for a disabled user."""
    if user.state is UserState.DISABLED:
        raise ConflictError(f"{user.email} is disabled. Enable them first.")


def change_role(session: Session, user_id: int, role: Role, *, actor: str) -> bool:
    """Change a user's role, with immediate effect in all their sessions; return whether it changed.

    Raise `NotFoundError`, or `ConflictError` if no admin would be left.
    """
    admins = users.locked_admins(session)
    user = _locked(session, user_id)
    if user.role == role:
        return False
    _keep_an_admin(admins, user)
    events.record(session, actor, "user.role_changed", message=user.email, detail={"from": user.role, "to": role})
    user.role = role
    return True


def disable(session: Session, user_id: int, *, actor: str) -> bool:
    """Disable a user and end their sessions and links; return whether they were enabled.

    Raise the same errors as `change_role`.
    """
    admins = users.locked_admins(session)
    user = _locked(session, user_id)
    if not user.is_enabled:
        return False
    _keep_an_admin(admins, user)
    user.is_enabled = False
    ended = sessions.end_sessions(session, user.id, SessionEnd.DISABLED)
    one_time_links.expire(session, user.id)
    events.record(session, actor, "user.disabled", message=user.email, detail={"sessions": ended})
    return True


def enable(session: Session, user_id: int, *, actor: str) -> bool:
    """Enable a user, with the same password as before; return whether they were disabled. Raise `NotFoundError`."""
    user = _locked(session, user_id)
    if user.is_enabled:
        return False
    user.is_enabled = True
    events.record(session, actor, "user.enabled", message=user.email)
    return True


def _locked(session: Session, user_id: int) -> User:
    user = users.locked_user(session, user_id)
    if user is None:
        raise NotFoundError(f"there is no user {user_id}")
    return user


def _keep_an_admin(admins: dict[int, User], user: User) -> None:
    if user.id in admins and len(admins) == 1:
        raise ConflictError(LAST_ADMIN.format(user.email))


def _card(user: User, seen_at: datetime | None) -> UserCard:
    state = UserState.ACTIVE if user.password_hash else UserState.INVITED
    return UserCard(
        user.id,
        user.email,
        user.name,
        Role(user.role),
        state if user.is_enabled else UserState.DISABLED,
        user.created_by,
        user.created_at,
        seen_at,
    )
