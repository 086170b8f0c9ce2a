"""The door: signing in and out."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin import known_devices
from admin.forms import Form, refuse_fields
from admin.signed_in import begin, end, why_signed_out
from brief_audio.domain.accounts import SessionEnd
from brief_audio.http import container
from brief_audio.services.accounts import sign_in
from brief_audio.services.accounts.passwords import LONGEST_TYPED
from brief_audio.statuses import INVALID, TOO_MANY
from brief_audio.wording import MINUTE, length

blueprint = Blueprint("sign_in", __name__)

OTHER_WAYS = "If they were not yours, use a browser that you signed in with before, or ask an admin for a link."
REFUSED = "This e-mail and password do not match. Check both and try again."
WHY = {
    SessionEnd.SIGNED_OUT: "You have signed out.",
    SessionEnd.PASSWORD_CHANGED: "You were signed out because your password was changed.",
    SessionEnd.DISABLED: "You were signed out because an admin has disabled this account.",
    SessionEnd.ENDED_ELSEWHERE: "You were signed out from another browser.",
}


@blueprint.get("/login")
def page() -> ResponseReturnValue:
    """Show the form; whoever is signed in goes on at once."""
    if current_user.is_authenticated:
        return redirect(_onward(request.args.get("next")), code=303)
    why = why_signed_out()
    return _form({"email": "", "next": request.args.get("next", "")}, {}, why=WHY[why] if why else None)


@blueprint.post("/login")
def enter() -> ResponseReturnValue:
    """Sign in: a new session with a new token, whatever the browser had before."""
    form = Form("email", "password", "next")
    email = form.text("email", "The e-mail", longest=254)
    password = form.secret("password", "The password", longest=LONGEST_TYPED)
    if not form.is_right:
        return _form(form.values, form.problems), INVALID
    address, agent = request.remote_addr or "", request.user_agent.string
    presented = known_devices.presented()
    answer = sign_in.sign_in(container().db, email, password, address=address, agent=agent, presented=presented)
    if answer.wait_seconds:
        problem = {"": f"Too many tries to sign in. {come_back(answer.wait_seconds)} {OTHER_WAYS}"}
        return _form(form.values, problem), TOO_MANY, {"Retry-After": str(answer.wait_seconds)}
    if answer.token is None:
        form.refuse("password", REFUSED)
        return _form(form.values, form.problems), INVALID
    begin(answer.token)
    return redirect(_onward(form.values["next"]), code=303)


@blueprint.post("/logout")
def sign_out() -> ResponseReturnValue:
    """End the session here and on the server."""
    refuse_fields()
    end()
    flash("You have signed out.", "completed")
    return redirect(url_for("sign_in.page"), code=303)


def come_back(seconds: int) -> str:
    """Return the sentence that says when there is room for another try."""
    whole = seconds if seconds < MINUTE else -(-seconds // MINUTE) * MINUTE
    return f"Come back in {length(whole * 1000)}."


def _form(values: dict[str, str], problems: dict[str, str], *, why: str | None = None) -> str:
    return render_template("admin/sign_in.html", values=values, problems=problems, why=why)


def _onward(wanted: str | None) -> str:
    """Return where to go on: a path of ours, or the dashboard's first page."""
    home = url_for("today.page")
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return home
    parts = urlsplit(wanted)
    is_plain = wanted.isprintable() and "\\" not in wanted
    return wanted if is_plain and not parts.scheme and not parts.netloc else home
