"""One-time links: for the first admin, an invitation or a lost password. Each ends with a new password."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from brief_audio.db import events
from brief_audio.db.accounts import one_time_links, sessions, users
from brief_audio.db.connection.engine import Database
from brief_audio.domain.accounts import LinkPurpose, Role, SessionEnd, UserState
from brief_audio.services.accounts import passwords
from brief_audio.services.accounts import sessions as account_sessions
from brief_audio.services.accounts import users as account_users
from brief_audio.services.accounts.guessable import PasswordOwner
from brief_audio.services.accounts.tokens import new_token, sha256

LASTS = {LinkPurpose.FIRST_ADMIN: timedelta(days=1), LinkPurpose.INVITATION: timedelta(days=7)}
FIRST_EMAIL, FIRST_NAME = (
    "first-admin@localhost",
    "First admin",
)  # placeholders until the link is used, which asks for both


class LinkState(StrEnum):
    """The state of a link."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A link as its page shows it; an unknown link has no user."""

    state: LinkState
    email: str = ""
    name: str = ""
    role: Role = Role.VIEWER
    asks_email: bool = False  # the first admin's link, whose e-mail is not known yet


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choices of a person who opened a link; the e-mail only counts if the link asks for one."""

    name: str
    password: str
    email: str = ""


def make(session: Session, user_id: int, *, actor: str, purpose: LinkPurpose = LinkPurpose.INVITATION) -> str:
    """Return the path of a new link; nothing changes until it is used."""
    token = new_token()
    one_time_links.add(session, user_id, sha256(token), purpose, lasts=LASTS[purpose], actor=actor)
    return f"/link/{token}"


def make_for(session: Session, user_id: int, *, actor: str) -> str:
    """Return the path of a new link for an existing user, and record an event."""
    user = account_users.card(session, user_id)
    account_users.refuse_disabled(user)
    events.record(session, actor, "user.link_made", message=user.email)
    is_first = user.email == FIRST_EMAIL and user.state is UserState.INVITED
    purpose = LinkPurpose.FIRST_ADMIN if is_first else LinkPurpose.INVITATION
    return make(session, user_id, actor=actor, purpose=purpose)


def make_first(db: Database, *, actor: str) -> str | None:
    """Return the path of a link for the first admin, or None once any user has a password.

    Also return None if a user was invited by name: then the invitation is the way in. Earlier first-admin links expire.
    """
    with db.transaction() as session:
        users.lock_first_admin(session)
        if users.has_passwords(session):
            return None
        user = one_time_links.waiting_first_admin(session)
        if user is None:
            if users.has_users(session):
                return None
            user = account_users.create(session, FIRST_EMAIL, FIRST_NAME, Role.ADMIN, actor=actor)
        one_time_links.expire(session, user.id)
        return make(session, user.id, actor=actor, purpose=LinkPurpose.FIRST_ADMIN)


def look_at(db: Database, token: str) -> LinkCard:
    """Return the state of a link without using it up."""
    with db.transaction() as session:
        found = one_time_links.find(session, sha256(token))
        if found is None:
            return LinkCard(LinkState.UNKNOWN)
        link, is_over = found
        if link.used_at is not None:
            return LinkCard(LinkState.USED)
        if is_over or not link.user.is_enabled:
            return LinkCard(LinkState.EXPIRED)
        is_first = link.purpose == LinkPurpose.FIRST_ADMIN
        named = ("", "") if is_first else (link.user.email, link.user.name)
        return LinkCard(LinkState.OPEN, *named, Role(link.user.role), is_first)


def use(db: Database, token: str, chosen: Chosen, *, address: str, agent: str) -> str | None:
    """Save the choices and start a session; return its token, or None if the link is not open.

    All earlier sessions and other links of the user end. Raise `InvalidInputError` or `ConflictError` for invalid
    choices; the link then stays open.
    """
    card = look_at(db, token)
    if card.state is not LinkState.OPEN:
        return None
    owner = PasswordOwner(chosen.email if card.asks_email else card.email, chosen.name)
    kept = passwords.hashed(chosen.password, owner)  # slow, so no transaction is open
    with db.transaction() as session:
        link = one_time_links.find(session, sha256(token))
        user_id = one_time_links.use_up(session, sha256(token))
        user = users.locked_user(session, user_id) if user_id is not None else None
        if link is None or user is None or not user.is_enabled:
            return None
        user.name = account_users.checked_name(chosen.name)
        if link[0].purpose == LinkPurpose.FIRST_ADMIN:
            user.email = account_users.checked_email(session, chosen.email, but=user.id)
        user.password_hash = kept
        sessions.end_sessions(session, user.id, SessionEnd.PASSWORD_CHANGED)
        one_time_links.expire(session, user.id)
        events.record(session, user.email, "user.link_used", detail={"address": address})
        return account_sessions.start(session, user.id, address=address, agent=agent)
