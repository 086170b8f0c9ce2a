"""One-time links: opening one shows a form; submitting the form sets a password and signs the user in."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.accounts.user_fields import email_field, name_field, new_password
from admin.shared.current_user import begin
from admin.shared.forms import Form
from brief_audio.domain.cache_policy import NOT_KEPT
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.http.request_context import container
from brief_audio.http.sentences import sentence
from brief_audio.http.statuses import INVALID, status_of
from brief_audio.services.accounts import one_time_links
from brief_audio.services.accounts.guessable import PasswordOwner
from brief_audio.services.accounts.one_time_links import Chosen, LinkCard, LinkState

blueprint = Blueprint("links", __name__)

STATUS = {LinkState.USED: 410, LinkState.EXPIRED: 410, LinkState.UNKNOWN: 404}
SECRET = {"Cache-Control": NOT_KEPT, "X-Robots-Tag": "noindex"}


@blueprint.get("/link/<token>")
def page(token: str) -> ResponseReturnValue:
    """Show the form without using up the link, since mail programs may open it before its reader does."""
    link = one_time_links.look_at(container().db, token)
    if link.state is not LinkState.OPEN:
        return _over(link.state)
    return _form(token, link, {"name": link.name, "email": ""}, {}), 200, SECRET


@blueprint.post("/link/<token>")
def enter(token: str) -> ResponseReturnValue:
    """Save the form's name and password, and sign the user in."""
    link = one_time_links.look_at(container().db, token)
    if link.state is not LinkState.OPEN:
        return _over(link.state)
    form = Form("name", "password", "again", *(["email"] if link.asks_email else []))
    chosen = _chosen(form, link)
    if not form.is_right:
        return _form(token, link, form.values, form.problems), INVALID, SECRET
    address, agent = request.remote_addr or "", request.user_agent.string
    try:
        session_token = one_time_links.use(container().db, token, chosen, address=address, agent=agent)
    except (InvalidInputError, ConflictError) as error:
        form.refuse("email", sentence(error))  # the rest was looked at before
        return _form(token, link, form.values, form.problems), status_of(error), SECRET
    if session_token is None:
        return _over(one_time_links.look_at(container().db, token).state)
    begin(session_token)
    return redirect(url_for("today.page"), code=303)


def _chosen(form: Form, link: LinkCard) -> Chosen:
    name, email = name_field(form), email_field(form) if link.asks_email else ""
    return Chosen(name, new_password(form, PasswordOwner(email or link.email, name)), email)


def _form(token: str, link: LinkCard, values: dict[str, str], problems: dict[str, str]) -> str:
    return render_template(
        "admin/accounts/one_time_link.html", token=token, link=link, values=values, problems=problems
    )


def _over(state: LinkState) -> ResponseReturnValue:
    return render_template("admin/accounts/link_expired.html", state=state), STATUS.get(state, 410), SECRET
