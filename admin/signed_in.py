"""Who is behind a request, and what they may do: Flask-Login over the sessions that the database keeps."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from admin import known_devices
from brief_audio.domain.accounts import Role, SessionEnd
from brief_audio.http import container
from brief_audio.services.accounts import passwords, sessions
from brief_audio.services.accounts.sessions import SignedIn

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]
KEPT_AS = "_user_id"  # where Flask-Login keeps what `Somebody.get_id` returns


class Somebody:
    """Flask-Login's idea of a user; its id is the session's token, so nothing outlives the session."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, token: str, who: SignedIn) -> None:
        self.token = token
        self.who = who

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the browser."""
        return self.token


def add_sign_in(app: Flask) -> None:
    """Let every request know who is behind it."""
    manager = LoginManager(app)
    manager.session_protection = None  # ours ends on the server; an address that changes is no reason
    manager.user_loader(_load)
    manager.unauthorized_handler(_to_sign_in)
    passwords.nobodys()


def who() -> SignedIn:
    """Return who is signed in; only where `needs` guards the view."""
    return cast("Somebody", current_user).who


def actor() -> str:
    """Return how the history names whoever is signed in."""
    return who().email


def begin(token: str) -> None:
    """Let this browser be whoever has `token`; of what it was before nothing is left, here or on the server."""
    end()
    found = sessions.find(container().db, token)
    if found is not None:  # else it has been ended already: the next page asks to sign in
        login_user(Somebody(token, found))
        known_devices.remember(found.user_id)


def end() -> None:
    """End the session on the server, so that its cookie is worth nothing any more, wherever it was copied to."""
    if current_user.is_authenticated:
        sessions.sign_out(container().db, who())
        logout_user()
    session.clear()


def why_signed_out() -> SessionEnd | None:
    """Return why this browser is signed in no more; None where it never was, or its time was over."""
    token = session.get(KEPT_AS)
    return sessions.why_ended(container().db, token) if token and not current_user.is_authenticated else None


def needs(role: Role) -> Callable[[View[Arguments]], View[Arguments]]:
    """Let only who has `role`, or more, into a view: others are shown the door, or told that they may not."""

    def guard(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return _to_sign_in()
            if not who().role.may(role):
                abort(403)
            return view(*args, **kwargs)

        guarded.needed_role = role  # type: ignore[attr-defined]  # the walk over all routes reads it
        return guarded

    return guard


def _load(token: str) -> Somebody | None:
    found = sessions.find(container().db, token)
    return Somebody(token, found) if found else None


def _to_sign_in() -> ResponseReturnValue:
    """Show the way to the sign-in page, and back from there to what was asked for."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.page", next=back), code=303)
