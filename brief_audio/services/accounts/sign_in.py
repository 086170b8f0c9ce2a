"""Sign in. The password is always checked once, in equal time for known and unknown addresses."""

from collections.abc import Sequence
from dataclasses import dataclass

from brief_audio.db import accounts, events, sign_in_tries
from brief_audio.db.engine import Database
from brief_audio.services.accounts import devices, passwords, sessions, throttle
from brief_audio.services.accounts.devices import Device


@dataclass(frozen=True, slots=True)
class Answer:
    """The token of a new session, or None if e-mail and password do not match or the user has to wait."""

    token: str | None
    wait_seconds: int = 0


def sign_in(
    db: Database, email: str, password: str, *, address: str, agent: str, presented: Sequence[Device] = ()
) -> Answer:
    """Start a session for the enabled user with that e-mail and password.

    `presented` are the devices in the browser's cookie: attempts by strangers do not delay a known device.
    """
    counted = throttle.count(db, email, address, device=devices.known_as(db, email, presented))
    if counted.wait_seconds:
        return Answer(None, counted.wait_seconds)
    with db.transaction() as session:
        user = accounts.find_user_by_email(session, email)
    is_right = passwords.is_right(password, user.password_hash if user else None)  # slow, so no transaction is open
    if user is None or not is_right:
        return Answer(None)
    with db.transaction() as session:
        now = accounts.locked_user(session, user.id)  # so that no session starts while another request ends them all
        if now is None or not now.is_enabled or now.password_hash != user.password_hash:
            return Answer(None)
        token = sessions.start(session, user.id, address=address, agent=agent)
        sign_in_tries.note_success(session, counted.try_id)
        events.record(session, now.email, "user.signed_in", detail={"address": address})
        return Answer(token)
