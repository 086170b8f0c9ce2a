"""Who sent a request and what they may do: Flask-Login on top of sessions kept in the database."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import Flask, abort, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from brief_audio.domain.accounts import Role, SessionEnd
from brief_audio.http import known_devices
from brief_audio.http.request_context import container
from brief_audio.services.accounts import passwords, sessions
from brief_audio.services.accounts.sessions import SignedIn

Arguments = ParamSpec("Arguments")
View = Callable[Arguments, ResponseReturnValue]
KEPT_AS = "_user_id"  # Flask-Login's session key for the result of `get_id`


class DashboardUser:
    """A user as Flask-Login sees one. Its ID is the session token, so the sign-in ends with the session."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, token: str, who: SignedIn) -> None:
        self.token = token
        self.who = who

    def get_id(self) -> str:
        """Return the ID that Flask-Login keeps in the browser."""
        return self.token


def add_sign_in(app: Flask) -> None:
    """Load the signed-in user for every request."""
    manager = LoginManager(app)
    manager.session_protection = None  # sessions end on the server; a changed IP address must not end one
    manager.user_loader(_load)
    manager.unauthorized_handler(_to_sign_in)
    passwords.prepare_dummy_hash()


def signed_in_user() -> SignedIn:
    """Return the signed-in user. The view must be guarded by `needs`."""
    return cast("DashboardUser", current_user).who


def actor() -> str:
    """Return the signed-in user's name in the history: their e-mail address."""
    return signed_in_user().email


def begin(token: str) -> None:
    """Sign this browser in with `token`, ending any previous session here and on the server."""
    end()
    found = sessions.find(container().db, token)
    if found is not None:  # otherwise it has ended already, and the next page asks to sign in
        login_user(DashboardUser(token, found))
        known_devices.remember(found.user_id)


def end() -> None:
    """End the session here and on the server, so that copies of its cookie stop working too."""
    if current_user.is_authenticated:
        sessions.sign_out(container().db, signed_in_user())
        logout_user()
    session.clear()


def why_signed_out() -> SessionEnd | None:
    """Return why this browser was signed out; None if it never was signed in or its session expired."""
    token = session.get(KEPT_AS)
    return sessions.why_ended(container().db, token) if token and not current_user.is_authenticated else None


def needs(role: Role) -> Callable[[View[Arguments]], View[Arguments]]:
    """Allow only users with `role` or more; redirect strangers to the sign-in page and refuse other users with 403."""

    def guard(view: View[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return _to_sign_in()
            if not signed_in_user().role.may(role):
                abort(403)
            return view(*args, **kwargs)

        guarded.needed_role = role  # type: ignore[attr-defined]  # read by the test that walks all routes
        return guarded

    return guard


def _load(token: str) -> DashboardUser | None:
    found = sessions.find(container().db, token)
    return DashboardUser(token, found) if found else None


def _to_sign_in() -> ResponseReturnValue:
    """Redirect to the sign-in page, and from there back to the requested page."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.page", next=back), code=303)
