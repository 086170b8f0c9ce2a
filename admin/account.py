"""One's own account: the password, and the browsers that one is signed in with."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.browser_names import browser_name
from admin.forms import Form, refuse_fields
from admin.sentences import sentence
from admin.sign_in import come_back
from admin.signed_in import begin, needs, who
from admin.user_fields import new_password
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.http import container
from brief_audio.services.accounts import changing, sessions
from brief_audio.services.accounts.guessable import PasswordOwner
from brief_audio.services.accounts.passwords import LONGEST_TYPED
from brief_audio.services.accounts.sign_in import Answer
from brief_audio.statuses import INVALID, TOO_MANY

blueprint = Blueprint("account", __name__, url_prefix="/admin/account")


@blueprint.get("")
@needs(Role.VIEWER)
def page() -> ResponseReturnValue:
    """Show one's own account."""
    return _page({})


@blueprint.post("/password")
@needs(Role.VIEWER)
def change_password() -> ResponseReturnValue:
    """Set a new password: every other browser is signed out, and this one goes on in a new session."""
    form = Form("old", "password", "again")
    old = form.secret("old", "Your password now", longest=LONGEST_TYPED)
    new = new_password(form, PasswordOwner(who().email, who().name))
    answer = _changed(form, old, new) if form.is_right else Answer(None)
    if answer.wait_seconds:
        form.refuse("old", f"Too many tries. {come_back(answer.wait_seconds)}")
        return _page(form.problems), TOO_MANY, {"Retry-After": str(answer.wait_seconds)}
    if answer.token is None:
        return _page(form.problems), INVALID
    begin(answer.token)
    flash("Your password is changed, and every other browser is signed out.", "completed")
    return redirect(url_for("account.page"), code=303)


@blueprint.post("/sessions/<int:session_id>/end")
@needs(Role.VIEWER)
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign another browser out."""
    refuse_fields()
    is_ended = sessions.end_one(container().db, session_id, by=who())
    flash("That browser is signed out." if is_ended else "That browser was signed out already.", "completed")
    return redirect(url_for("account.page"), code=303)


@blueprint.post("/sessions/end")
@needs(Role.VIEWER)
def end_others() -> ResponseReturnValue:
    """Sign every other browser out."""
    refuse_fields()
    ended = sessions.end_others(container().db, by=who())
    flash(f"Signed out of {ended} other browser{'' if ended == 1 else 's'}.", "completed")
    return redirect(url_for("account.page"), code=303)


def _changed(form: Form, old: str, new: str) -> Answer:
    address, agent = request.remote_addr or "", request.user_agent.string
    try:
        return changing.change_password(container().db, old, new, address=address, agent=agent, by=who())
    except ConflictError as error:
        form.refuse("old", sentence(error))
    except InvalidInputError as error:
        form.refuse("password", sentence(error))
    return Answer(None)


def _page(problems: dict[str, str]) -> str:
    own = [(one, browser_name(one.agent)) for one in sessions.own(container().db, who())]
    return render_template("admin/account.html", me=who(), own=own, problems=problems)
