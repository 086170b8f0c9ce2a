"""The Users pages, for admins only: who can sign in and with which role."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.accounts.user_fields import email_field, name_field
from admin.shared.current_user import needs, signed_in_user
from admin.shared.forms import Form, refuse_fields
from brief_audio.domain.accounts import Role
from brief_audio.domain.cache_policy import NOT_KEPT
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.http.request_context import container, public_address
from brief_audio.http.sentences import sentence
from brief_audio.http.statuses import INVALID, status_of
from brief_audio.services.accounts import user_management
from brief_audio.services.accounts.user_management import Invited
from brief_audio.services.accounts.users import LONGEST_EMAIL, UserCard

blueprint = Blueprint("users", __name__, url_prefix="/admin/users")

PAGE = 50
SECRET = {"Cache-Control": NOT_KEPT}
EMPTY = {"email": "", "name": "", "role": Role.EDITOR.value}


@blueprint.get("/")
@needs(Role.ADMIN)
def listing() -> ResponseReturnValue:
    """List users, sorted by e-mail address."""
    return _listing(EMPTY, {})


@blueprint.post("/")
@needs(Role.ADMIN)
def invite() -> ResponseReturnValue:
    """Create a user and show their invitation link."""
    form = Form("email", "name", "role")
    email, name = email_field(form), name_field(form)
    role = Role(form.choice("role", "The role", list(Role)))
    if not form.is_right:
        return _listing(form.values, form.problems), INVALID
    try:
        return _invitation(user_management.invite(container().db, email, name, role, by=signed_in_user()))
    except (InvalidInputError, ConflictError) as error:
        form.refuse("email", sentence(error))
        return _listing(form.values, form.problems), status_of(error)


@blueprint.get("/<int:user_id>")
@needs(Role.ADMIN)
def page(user_id: int) -> ResponseReturnValue:
    """Show one user and what can be changed about them."""
    shown = user_management.user(container().db, user_id, by=signed_in_user())
    return render_template("admin/accounts/user.html", user=shown, me=signed_in_user(), roles=list(Role))


@blueprint.post("/<int:user_id>/role")
@needs(Role.ADMIN)
def change_role(user_id: int) -> ResponseReturnValue:
    """Change a user's role."""
    form = Form("role")
    role = Role(form.choice("role", "The role", list(Role)))
    if not form.is_right:
        return _refused(user_id, " ".join(form.problems.values()), INVALID)
    return _change(
        user_id,
        "now has the role {0.role}",
        lambda: user_management.change_role(container().db, user_id, role, by=signed_in_user()),
    )


@blueprint.post("/<int:user_id>/disable")
@needs(Role.ADMIN)
def disable(user_id: int) -> ResponseReturnValue:
    """Disable a user."""
    refuse_fields()
    return _change(
        user_id,
        "is disabled and signed out everywhere",
        lambda: user_management.disable(container().db, user_id, by=signed_in_user()),
    )


@blueprint.post("/<int:user_id>/enable")
@needs(Role.ADMIN)
def enable(user_id: int) -> ResponseReturnValue:
    """Enable a disabled user."""
    refuse_fields()
    return _change(
        user_id, "can sign in again", lambda: user_management.enable(container().db, user_id, by=signed_in_user())
    )


@blueprint.post("/<int:user_id>/link")
@needs(Role.ADMIN)
def make_link(user_id: int) -> ResponseReturnValue:
    """Create a link with which a user sets a new password, and show it."""
    refuse_fields()
    try:
        return _invitation(user_management.make_link(container().db, user_id, by=signed_in_user()))
    except ConflictError as error:
        return _refused(user_id, sentence(error), status_of(error))


def _listing(values: dict[str, str], problems: dict[str, str]) -> str:
    after = request.args.get("after", "").replace("\0", "")[:LONGEST_EMAIL]
    found = user_management.page_of_users(container().db, after=after, limit=PAGE + 1, by=signed_in_user())
    more = found[PAGE - 1].email if len(found) > PAGE else None
    return render_template(
        "admin/accounts/users.html",
        users=found[:PAGE],
        more=more,
        is_first=not after,
        me=signed_in_user(),
        roles=list(Role),
        values=values,
        problems=problems,
    )


def _invitation(invited: Invited) -> ResponseReturnValue:
    """Show the link once, in this response: putting it in a URL or a cookie would leak it."""
    return (
        render_template("admin/accounts/invitation_link.html", user=invited.user, address=public_address(invited.path)),
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
    shown = user_management.user(container().db, user_id, by=signed_in_user())
    return render_template(
        "admin/accounts/user.html", user=shown, me=signed_in_user(), roles=list(Role), problem=why
    ), status
