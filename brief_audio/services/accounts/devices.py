"""Known devices: browsers in which a user has signed in before, each remembered in a signed cookie.

A device is known until the password changes; then every other device becomes unknown.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest

from brief_audio.db.accounts import users
from brief_audio.db.connection.engine import Database

MOST = 5  # users of one browser


@dataclass(frozen=True, slots=True)
class Device:
    """One browser of one user; `seal` identifies the password that it signed in with."""

    user_id: int
    device_id: str
    seal: str


def known_as(db: Database, email: str, presented: Sequence[Device]) -> str:
    """Return the id of the presented device on which the user with that e-mail signed in before, or an empty text."""
    if not presented:
        return ""
    with db.transaction() as session:
        user = users.find_user_by_email(session, email)
    return _device_id(presented, user.id, user.password_hash) if user else ""


def signed_in(db: Database, user_id: int, presented: Sequence[Device]) -> tuple[Device, ...]:
    """Return the devices for the browser's cookie after a sign-in: this user's first, then those of its other users."""
    with db.transaction() as session:
        user = users.find_user(session, user_id)
    password_hash = user.password_hash if user else None
    device_id = _device_id(presented, user_id, password_hash) or secrets.token_urlsafe(16)
    newest = Device(user_id, device_id, _seal(password_hash))
    return (newest, *(one for one in presented if one.user_id != user_id))[:MOST]


def _device_id(presented: Sequence[Device], user_id: int, password_hash: str | None) -> str:
    own = (one for one in presented if one.user_id == user_id and compare_digest(one.seal, _seal(password_hash)))
    return next((one.device_id for one in own), "")


def _seal(password_hash: str | None) -> str:
    """Return a value that differs between passwords and reveals nothing: the hash's salt never leaves the server."""
    return hashlib.sha256(f"device {password_hash}".encode()).hexdigest()[:32]
