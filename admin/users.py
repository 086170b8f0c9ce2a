"""Users: who may come in and what each may do; for admins only."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.forms import Form, refuse_fields
from admin.sentences import sentence
from admin.signed_in import needs, who
from admin.user_fields import email_field, name_field
from brief_audio.domain.accounts import Role
from brief_audio.domain.cache_policy import NOT_KEPT
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.http import container, public_address
from brief_audio.services.accounts import keeping
from brief_audio.services.accounts.keeping import Invited
from brief_audio.services.accounts.users import LONGEST_EMAIL, UserCard
from brief_audio.statuses import INVALID, status_of

blueprint = Blueprint("users", __name__, url_prefix="/admin/users")

PAGE = 50
SECRET = {"Cache-Control": NOT_KEPT}
EMPTY = {"email": "", "name": "", "role": Role.EDITOR.value}


@blueprint.get("/")
@needs(Role.ADMIN)
def listing() -> ResponseReturnValue:
    """List users in the order of their addresses."""
    return _listing(EMPTY, {})


@blueprint.post("/")
@needs(Role.ADMIN)
def invite() -> ResponseReturnValue:
    """Make a user, and show the link that lets them in."""
    form = Form("email", "name", "role")
    email, name = email_field(form), name_field(form)
    role = Role(form.choice("role", "The role", list(Role)))
    if not form.is_right:
        return _listing(form.values, form.problems), INVALID
    try:
        return _invitation(keeping.invite(container().db, email, name, role, by=who()))
    except (InvalidInputError, ConflictError) as error:
        form.refuse("email", sentence(error))
        return _listing(form.values, form.problems), status_of(error)


@blueprint.get("/<int:user_id>")
@needs(Role.ADMIN)
def page(user_id: int) -> ResponseReturnValue:
    """Show one user and what can be changed."""
    shown = keeping.user(container().db, user_id, by=who())
    return render_template("admin/user.html", user=shown, me=who(), roles=list(Role))


@blueprint.post("/<int:user_id>/role")
@needs(Role.ADMIN)
def change_role(user_id: int) -> ResponseReturnValue:
    """Give a user another role."""
    form = Form("role")
    role = Role(form.choice("role", "The role", list(Role)))
    if not form.is_right:
        return _refused(user_id, " ".join(form.problems.values()), INVALID)
    return _change(user_id, "is {0.role} now", lambda: keeping.change_role(container().db, user_id, role, by=who()))


@blueprint.post("/<int:user_id>/disable")
@needs(Role.ADMIN)
def disable(user_id: int) -> ResponseReturnValue:
    """Let a user in no more."""
    refuse_fields()
    return _change(
        user_id, "is disabled and signed out everywhere", lambda: keeping.disable(container().db, user_id, by=who())
    )


@blueprint.post("/<int:user_id>/enable")
@needs(Role.ADMIN)
def enable(user_id: int) -> ResponseReturnValue:
    """Let a user in again."""
    refuse_fields()
    return _change(user_id, "may sign in again", lambda: keeping.enable(container().db, user_id, by=who()))


@blueprint.post("/<int:user_id>/link")
@needs(Role.ADMIN)
def make_link(user_id: int) -> ResponseReturnValue:
    """Make a link with which a user sets a password, and show it."""
    refuse_fields()
    try:
        return _invitation(keeping.make_link(container().db, user_id, by=who()))
    except ConflictError as error:
        return _refused(user_id, sentence(error), status_of(error))


def _listing(values: dict[str, str], problems: dict[str, str]) -> str:
    after = request.args.get("after", "").replace("\0", "")[:LONGEST_EMAIL]
    found = keeping.page_of_users(container().db, after=after, limit=PAGE + 1, by=who())
    more = found[PAGE - 1].email if len(found) > PAGE else None
    return render_template(
        "admin/users.html",
        users=found[:PAGE],
        more=more,
        is_first=not after,
        me=who(),
        roles=list(Role),
        values=values,
        problems=problems,
    )


def _invitation(invited: Invited) -> ResponseReturnValue:
    """Show a link, this once: it stands in no address and no cookie, so the answer itself has to."""
    return (
        render_template("admin/users_link.html", user=invited.user, address=public_address(invited.path)),
        200,
        SECRET,
    )


def _change(user_id: int, what: str, change: Callable[[], UserCard]) -> ResponseReturnValue:
    try:
        changed = change()
    except ConflictError as error:
        return _refused(user_id, sentence(error), status_of(error))
    flash(f"{changed.name} {what.format(changed)}.", "completed")
    return redirect(url_for("users.page", user_id=user_id), code=303)


def _refused(user_id: int, why: str, status: int) -> ResponseReturnValue:
    shown = keeping.user(container().db, user_id, by=who())
    return render_template("admin/user.html", user=shown, me=who(), roles=list(Role), problem=why), status
