"""Changing one's own password: with the old one, which is counted like a try at the door."""

from brief_audio.db import accounts, events, one_time_links, sign_in_tries
from brief_audio.db.engine import Database
from brief_audio.domain.accounts import SessionEnd
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.services.accounts import passwords, throttle
from brief_audio.services.accounts.sessions import SignedIn

WRONG = "This is not your password. Type the one you signed in with."


def change_password(db: Database, old: str, new: str, *, address: str, by: SignedIn) -> int:
    """Set a new password and end all other sessions; return in how many seconds to try again, 0 where it is done.

    Raise `ConflictError` where `old` is not the password, `InvalidInputError` for a new one that cannot be.
    """
    counted = throttle.count(db, by.email, address)
    if counted.wait_seconds:
        return counted.wait_seconds
    with db.transaction() as session:
        user = accounts.find_user(session, by.user_id)
    before = user.password_hash if user else None
    if not passwords.is_right(old, before):  # long: no transaction is open
        raise ConflictError(WRONG)
    if old == new:
        raise InvalidInputError("the new password is the old one; choose another")
    kept = passwords.hashed(new)
    with db.transaction() as session:
        user = accounts.locked_user(session, by.user_id)
        if user is None or user.password_hash != before:
            raise ConflictError("Your password was changed elsewhere meanwhile. Load the page.")
        user.password_hash = kept
        ended = accounts.end_sessions(session, user.id, SessionEnd.PASSWORD_CHANGED, but=by.session_id)
        one_time_links.expire(session, user.id)
        sign_in_tries.note_success(session, counted.try_id)
        events.record(session, user.email, "user.password_changed", detail={"sessions": ended})
    return 0
