"""What an admin does with users in the dashboard: nobody takes their own rights away, and the last admin stays."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from brief_audio.db import accounts
from brief_audio.db.engine import Database
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ConflictError, NotAllowedError
from brief_audio.services.accounts import links, users
from brief_audio.services.accounts.permission import Operation, allow
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.accounts.users import UserCard


@dataclass(frozen=True, slots=True)
class Invited:
    """A user, and the path of the link that lets them in; nothing shows it a second time."""

    user: UserCard
    path: str


def page_of_users(db: Database, *, after: str, limit: int, by: SignedIn) -> list[UserCard]:
    """Return users in the order of their addresses, from behind `after`."""
    allow(by, Operation.MANAGE_USERS)
    with db.transaction() as session:
        return users.listed(session, after=after, limit=limit)


def user(db: Database, user_id: int, *, by: SignedIn) -> UserCard:
    """Return one user; raise `NotFoundError`."""
    allow(by, Operation.MANAGE_USERS)
    with db.transaction() as session:
        return users.card(session, user_id)


def invite(db: Database, email: str, name: str, role: Role, *, by: SignedIn) -> Invited:
    """Make a user and a link for them; raise `InvalidInputError` and `ConflictError` as `users.create` does."""
    actor = allow(by, Operation.MANAGE_USERS)
    with db.transaction() as session:
        _still_admin(session, by)
        made = users.create(session, email, name, role, actor=actor)
        return Invited(users.card(session, made.id), links.make(session, made.id, actor=actor))


def make_link(db: Database, user_id: int, *, by: SignedIn) -> Invited:
    """Make a link for a user who has not come yet, or has lost a password.

    Raise `ConflictError` for oneself: a new password of one's own asks for the old one.
    """
    if user_id == by.user_id:
        raise ConflictError("Change your own password in your account: it asks for the one you have now.")
    actor = allow(by, Operation.MANAGE_USERS)
    with db.transaction() as session:
        _still_admin(session, by)
        path = links.make_for(session, user_id, actor=actor)
        return Invited(users.card(session, user_id), path)


def change_role(db: Database, user_id: int, role: Role, *, by: SignedIn) -> UserCard:
    """Give somebody else another role; raise `ConflictError` for oneself, or where nobody would keep users."""
    if user_id == by.user_id and role is not by.role:
        raise ConflictError("Nobody can change their own role: ask another admin.")
    return _change(db, user_id, by, lambda session, actor: users.change_role(session, user_id, role, actor=actor))


def disable(db: Database, user_id: int, *, by: SignedIn) -> UserCard:
    """Let somebody else in no more; raise as `change_role` does."""
    if user_id == by.user_id:
        raise ConflictError("Nobody can disable themselves: ask another admin.")
    return _change(db, user_id, by, lambda session, actor: users.disable(session, user_id, actor=actor))


def enable(db: Database, user_id: int, *, by: SignedIn) -> UserCard:
    """Let somebody in again."""
    return _change(db, user_id, by, lambda session, actor: users.enable(session, user_id, actor=actor))


def _change(db: Database, user_id: int, by: SignedIn, change: Callable[[Session, str], bool]) -> UserCard:
    actor = allow(by, Operation.MANAGE_USERS)
    with db.transaction() as session:
        _still_admin(session, by)
        change(session, actor)
        return users.card(session, user_id)


def _still_admin(session: Session, by: SignedIn) -> None:
    """See that whoever asks is an admin now, too: another may have taken that away since the page began."""
    if by.user_id not in accounts.locked_admins(session):
        raise NotAllowedError(
            f"{by.email} may no longer {Operation.MANAGE_USERS.words}: that needs the role {Role.ADMIN}"
        )
