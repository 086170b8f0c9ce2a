"""Change your own password. A wrong old password counts as a failed sign-in attempt."""

from brief_audio.db import events
from brief_audio.db.accounts import one_time_links, sessions, sign_in_attempts, users
from brief_audio.db.connection.engine import Database
from brief_audio.domain.accounts import SessionEnd
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.services.accounts import passwords, sign_in_throttle
from brief_audio.services.accounts import sessions as account_sessions
from brief_audio.services.accounts.guessable import PasswordOwner
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.accounts.sign_in import SignInAnswer

WRONG = "This is not your current password. Enter the one you signed in with."


def change_password(db: Database, old: str, new: str, *, address: str, agent: str, by: SignedIn) -> SignInAnswer:
    """Set a new password, end every session and start a new one; return its token, or the seconds to wait.

    Raise `ConflictError` if `old` is wrong, and `InvalidInputError` if the new password is not acceptable.
    """
    counted = sign_in_throttle.count(
        db, by.email, address, device=f"session {by.session_id}"
    )  # so that attempts by strangers do not delay the user
    if counted.wait_seconds:
        return SignInAnswer(None, counted.wait_seconds)
    with db.transaction() as session:
        user = users.find_user(session, by.user_id)
    before = user.password_hash if user else None
    if not passwords.is_right(old, before):  # slow, so no transaction is open
        raise ConflictError(WRONG)
    if old == new:
        raise InvalidInputError("the new password is the same as the old one: choose another")
    kept = passwords.hashed(new, PasswordOwner(by.email, by.name))
    with db.transaction() as session:
        user = users.locked_user(session, by.user_id)
        if user is None or user.password_hash != before:
            raise ConflictError("Your password has just been changed elsewhere. Reload the page.")
        ended = sessions.end_sessions(session, user.id, SessionEnd.PASSWORD_CHANGED, but=by.session_id)
        if not sessions.end_session(session, user.id, by.session_id, SessionEnd.PASSWORD_CHANGED):
            raise ConflictError("You have been signed out. Sign in and try again.")
        user.password_hash = kept
        one_time_links.expire(session, user.id)
        sign_in_attempts.note_success(session, counted.try_id)
        events.record(session, user.email, "user.password_changed", detail={"sessions": ended})
        return SignInAnswer(account_sessions.start(session, user.id, address=address, agent=agent))
