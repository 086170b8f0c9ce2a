"""The account page: a user's own password and the browsers they are signed in with."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.accounts.browser_names import browser_name
from admin.accounts.sign_in import come_back
from admin.accounts.user_fields import new_password
from admin.shared.current_user import begin, needs, signed_in_user
from admin.shared.forms import Form, refuse_fields
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.http.request_context import container
from brief_audio.http.sentences import sentence
from brief_audio.http.statuses import INVALID, TOO_MANY
from brief_audio.services.accounts import own_password, sessions
from brief_audio.services.accounts.guessable import PasswordOwner
from brief_audio.services.accounts.passwords import LONGEST_TYPED
from brief_audio.services.accounts.sign_in import SignInAnswer

blueprint = Blueprint("account", __name__, url_prefix="/admin/account")


@blueprint.get("")
@needs(Role.VIEWER)
def page() -> ResponseReturnValue:
    """Show the user's own account."""
    return _page({})


@blueprint.post("/password")
@needs(Role.VIEWER)
def change_password() -> ResponseReturnValue:
    """Change the password, sign out every other browser and start a new session in this one."""
    form = Form("old", "password", "again")
    old = form.secret("old", "Your current password", longest=LONGEST_TYPED)
    new = new_password(form, PasswordOwner(signed_in_user().email, signed_in_user().name))
    answer = _changed(form, old, new) if form.is_right else SignInAnswer(None)
    if answer.wait_seconds:
        form.refuse("old", f"Too many wrong passwords. {come_back(answer.wait_seconds)}")
        return _page(form.problems), TOO_MANY, {"Retry-After": str(answer.wait_seconds)}
    if answer.token is None:
        return _page(form.problems), INVALID
    begin(answer.token)
    flash("Password changed. Every other browser is now signed out.", "completed")
    return redirect(url_for("account.page"), code=303)


@blueprint.post("/sessions/<int:session_id>/end")
@needs(Role.VIEWER)
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign out another browser."""
    refuse_fields()
    is_ended = sessions.end_one(container().db, session_id, by=signed_in_user())
    flash("Browser signed out." if is_ended else "That browser was already signed out.", "completed")
    return redirect(url_for("account.page"), code=303)


@blueprint.post("/sessions/end")
@needs(Role.VIEWER)
def end_others() -> ResponseReturnValue:
    """Sign out every other browser."""
    refuse_fields()
    ended = sessions.end_others(container().db, by=signed_in_user())
    flash(f"Signed out of {ended} other browser{'' if ended == 1 else 's'}.", "completed")
    return redirect(url_for("account.page"), code=303)


def _changed(form: Form, old: str, new: str) -> SignInAnswer:
    address, agent = request.remote_addr or "", request.user_agent.string
    try:
        return own_password.change_password(container().db, old, new, address=address, agent=agent, by=signed_in_user())
    except ConflictError as error:
        form.refuse("old", sentence(error))
    except InvalidInputError as error:
        form.refuse("password", sentence(error))
    return SignInAnswer(None)


def _page(problems: dict[str, str]) -> str:
    own = [(one, browser_name(one.agent)) for one in sessions.own(container().db, signed_in_user())]
    return render_template("admin/accounts/own_account.html", me=signed_in_user(), own=own, problems=problems)
