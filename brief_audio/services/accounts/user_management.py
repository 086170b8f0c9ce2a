"""Manage users in the dashboard: admins cannot remove their own rights, and the last admin stays."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from brief_audio.db.accounts import users
from brief_audio.db.connection.engine import Database
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ConflictError, NotAllowedError
from brief_audio.services.accounts import one_time_links
from brief_audio.services.accounts import users as account_users
from brief_audio.services.accounts.permissions import Operation, require_role
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.accounts.users import UserCard


@dataclass(frozen=True, slots=True)
class Invited:
    """A user, and the path of their one-time link, which is never shown again."""

    user: UserCard
    path: str


def page_of_users(db: Database, *, after: str, limit: int, by: SignedIn) -> list[UserCard]:
    """Return users ordered by e-mail, starting after `after`."""
    require_role(by, Operation.MANAGE_USERS)
    with db.transaction() as session:
        return account_users.listed(session, after=after, limit=limit)


def user(db: Database, user_id: int, *, by: SignedIn) -> UserCard:
    """Return one user; raise `NotFoundError`."""
    require_role(by, Operation.MANAGE_USERS)
    with db.transaction() as session:
        return account_users.card(session, user_id)


def invite(db: Database, email: str, name: str, role: Role, *, by: SignedIn) -> Invited:
    """Create a user with a one-time link; raise the same errors as `users.create`."""
    actor = require_role(by, Operation.MANAGE_USERS)
    with db.transaction() as session:
        _still_admin(session, by)
        made = account_users.create(session, email, name, role, actor=actor)
        return Invited(account_users.card(session, made.id), one_time_links.make(session, made.id, actor=actor))


def make_link(db: Database, user_id: int, *, by: SignedIn) -> Invited:
    """Make a one-time link for a user who has not signed in yet, or has lost a password.

    Raise `ConflictError` for your own account, where a new password requires the old one.
    """
    if user_id == by.user_id:
        raise ConflictError("You cannot make a link for yourself. Change your password on your account page.")
    actor = require_role(by, Operation.MANAGE_USERS)
    with db.transaction() as session:
        _still_admin(session, by)
        path = one_time_links.make_for(session, user_id, actor=actor)
        return Invited(account_users.card(session, user_id), path)


def change_role(db: Database, user_id: int, role: Role, *, by: SignedIn) -> UserCard:
    """Change the role of another user; raise `ConflictError` for your own, or if no admin would be left."""
    if user_id == by.user_id and role is not by.role:
        raise ConflictError("You cannot change your own role. Ask another admin.")
    return _change(
        db, user_id, by, lambda session, actor: account_users.change_role(session, user_id, role, actor=actor)
    )


def disable(db: Database, user_id: int, *, by: SignedIn) -> UserCard:
    """Disable another user; raise the same errors as `change_role`."""
    if user_id == by.user_id:
        raise ConflictError("You cannot disable yourself. Ask another admin.")
    return _change(db, user_id, by, lambda session, actor: account_users.disable(session, user_id, actor=actor))


def enable(db: Database, user_id: int, *, by: SignedIn) -> UserCard:
    """Enable a disabled user."""
    return _change(db, user_id, by, lambda session, actor: account_users.enable(session, user_id, actor=actor))


def _change(db: Database, user_id: int, by: SignedIn, change: Callable[[Session, str], bool]) -> UserCard:
    actor = require_role(by, Operation.MANAGE_USERS)
    with db.transaction() as session:
        _still_admin(session, by)
        change(session, actor)
        return account_users.card(session, user_id)


def _still_admin(session: Session, by: SignedIn) -> None:
    """Raise `NotAllowedError` if `by` is no longer an admin: another admin may have changed that since the request."""
    if by.user_id not in users.locked_admins(session):
        raise NotAllowedError(
            f"{by.email} may no longer {Operation.MANAGE_USERS.words}: that needs the role {Role.ADMIN}"
        )
