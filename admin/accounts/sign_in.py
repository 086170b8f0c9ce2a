"""Signing in and out."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.shared.current_user import begin, end, why_signed_out
from admin.shared.forms import Form, refuse_fields
from brief_audio.domain.accounts import SessionEnd
from brief_audio.http import known_devices
from brief_audio.http.request_context import container
from brief_audio.http.statuses import INVALID, TOO_MANY
from brief_audio.http.wording import MINUTE, length
from brief_audio.services.accounts import sign_in
from brief_audio.services.accounts.passwords import LONGEST_TYPED

blueprint = Blueprint("sign_in", __name__)

OTHER_WAYS = "If that wasn't you, use a browser that you have signed in with before, or ask an admin for a link."
REFUSED = "The e-mail or password is wrong. Check both and try again."
WHY = {
    SessionEnd.SIGNED_OUT: "You have signed out.",
    SessionEnd.PASSWORD_CHANGED: "You were signed out because your password was changed.",
    SessionEnd.DISABLED: "You were signed out because an admin disabled your account.",
    SessionEnd.ENDED_ELSEWHERE: "You were signed out from another browser.",
}


@blueprint.get("/login")
def page() -> ResponseReturnValue:
    """Show the form, or redirect a user who is already signed in."""
    if current_user.is_authenticated:
        return redirect(_onward(request.args.get("next")), code=303)
    why = why_signed_out()
    return _form({"email": "", "next": request.args.get("next", "")}, {}, why=WHY[why] if why else None)


@blueprint.post("/login")
def enter() -> ResponseReturnValue:
    """Sign in with a new session and token, replacing any that the browser had."""
    form = Form("email", "password", "next")
    email = form.text("email", "The e-mail", longest=254)
    password = form.secret("password", "The password", longest=LONGEST_TYPED)
    if not form.is_right:
        return _form(form.values, form.problems), INVALID
    address, agent = request.remote_addr or "", request.user_agent.string
    presented = known_devices.presented()
    answer = sign_in.sign_in(container().db, email, password, address=address, agent=agent, presented=presented)
    if answer.wait_seconds:
        problem = {"": f"Too many sign-in attempts. {come_back(answer.wait_seconds)} {OTHER_WAYS}"}
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
    """Return the sentence that says when to try again."""
    whole = seconds if seconds < MINUTE else -(-seconds // MINUTE) * MINUTE
    return f"Try again in {length(whole * 1000)}."


def _form(values: dict[str, str], problems: dict[str, str], *, why: str | None = None) -> str:
    return render_template("admin/accounts/sign_in.html", values=values, problems=problems, why=why)


def _onward(wanted: str | None) -> str:
    """Return the redirect target: a path on this site, else the dashboard's home page."""
    home = url_for("today.page")
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return home
    parts = urlsplit(wanted)
    is_plain = wanted.isprintable() and "\\" not in wanted
    return wanted if is_plain and not parts.scheme and not parts.netloc else home
