"""Sign in. The password is always checked once, in equal time for known and unknown addresses."""

from collections.abc import Sequence
from dataclasses import dataclass

from brief_audio.db import events
from brief_audio.db.accounts import sign_in_attempts, users
from brief_audio.db.connection.engine import Database
from brief_audio.services.accounts import devices, passwords, sessions, sign_in_throttle
from brief_audio.services.accounts.devices import Device


@dataclass(frozen=True, slots=True)
class SignInAnswer:
    """The token of a new session, or None if e-mail and password do not match or the user has to wait."""

    token: str | None
    wait_seconds: int = 0


def sign_in(
    db: Database, email: str, password: str, *, address: str, agent: str, presented: Sequence[Device] = ()
) -> SignInAnswer:
    """Start a session for the enabled user with that e-mail and password.

    `presented` are the devices in the browser's cookie: attempts by strangers do not delay a known device.
    """
    counted = sign_in_throttle.count(db, email, address, device=devices.known_as(db, email, presented))
    if counted.wait_seconds:
        return SignInAnswer(None, counted.wait_seconds)
    with db.transaction() as session:
        user = users.find_user_by_email(session, email)
    is_right = passwords.is_right(password, user.password_hash if user else None)  # slow, so no transaction is open
    if user is None or not is_right:
        return SignInAnswer(None)
    with db.transaction() as session:
        now = users.locked_user(session, user.id)  # so that no session starts while another request ends them all
        if now is None or not now.is_enabled or now.password_hash != user.password_hash:
            return SignInAnswer(None)
        token = sessions.start(session, user.id, address=address, agent=agent)
        sign_in_attempts.note_success(session, counted.try_id)
        events.record(session, now.email, "user.signed_in", detail={"address": address})
        return SignInAnswer(token)
