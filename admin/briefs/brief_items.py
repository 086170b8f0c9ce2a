"""Add, edit, move and remove the items of a brief."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from admin.briefs import brief_forms
from admin.briefs.brief_page import Editor, again, look
from admin.shared.current_user import needs, signed_in_user
from admin.shared.forms import Form
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ChangedMeanwhileError, ConflictError, InvalidInputError
from brief_audio.http.request_context import container
from brief_audio.http.statuses import CONFLICT, INVALID, status_of
from brief_audio.services.briefs import editing
from brief_audio.services.briefs.brief_page import BriefPageContent
from brief_audio.services.briefs.editing import Seen
from brief_audio.services.shows import voices

blueprint = Blueprint("brief_items", __name__, url_prefix="/admin/briefs/<slug>/items")

ITEM = "/<int(max=9223372036854775807):item_id>"  # the largest value of PostgreSQL's bigint
KEPT = "Your text is kept below. Compare it with the saved text, then save again."


@blueprint.post("")
@needs(Role.EDITOR)
def add(slug: str) -> ResponseReturnValue:
    """Add an item at the end."""
    form = Form("version", *brief_forms.ITEM_FIELDS)
    draft = brief_forms.item_of(form, _voices())
    if draft is None:
        return _wrong(slug, form, None)
    try:
        with container().db.transaction() as session:
            position = editing.add_item(session, signed_in_user(), Seen(slug, form.values["version"]), draft)
    except (ConflictError, InvalidInputError) as error:
        return _refused(slug, form, error, None)
    return _done(slug, f"Item {position} added.", f"item-{position}")


@blueprint.post(ITEM)
@needs(Role.EDITOR)
def save(slug: str, item_id: int) -> ResponseReturnValue:
    """Save an item."""
    form = Form("version", *brief_forms.ITEM_FIELDS)
    draft = brief_forms.item_of(form, _voices())
    if draft is None:
        return _wrong(slug, form, item_id)
    try:
        with container().db.transaction() as session:
            position = editing.edit_item(session, signed_in_user(), Seen(slug, form.values["version"]), item_id, draft)
    except (ConflictError, InvalidInputError) as error:
        return _refused(slug, form, error, item_id)
    return _done(slug, f"Item {position} saved.", f"item-{position}")


@blueprint.post(f"{ITEM}/move")
@needs(Role.EDITOR)
def move(slug: str, item_id: int) -> ResponseReturnValue:
    """Move an item one place up or down."""
    form = Form("version", "to")
    places = {"up": -1, "down": 1}[form.choice("to", "The direction", ("up", "down"))]
    form.refuse_if_wrong()
    try:
        with container().db.transaction() as session:
            position = editing.move_item(
                session, signed_in_user(), Seen(slug, form.values["version"]), item_id, places=places
            )
    except ChangedMeanwhileError as error:
        abort(CONFLICT, f"{error} Check the brief, then move the item again.")
    return _done(slug, f"Moved to position {position}.", f"item-{position}")


@blueprint.post(f"{ITEM}/drop")
@needs(Role.EDITOR)
def drop(slug: str, item_id: int) -> ResponseReturnValue:
    """Remove an item from the brief."""
    form = Form("version")
    form.refuse_if_wrong()
    try:
        with container().db.transaction() as session:
            headline = editing.drop_item(session, signed_in_user(), Seen(slug, form.values["version"]), item_id)
    except ChangedMeanwhileError as error:
        abort(CONFLICT, f"{error} Check the brief, then remove the item again.")
    return _done(slug, f"“{headline}” removed.", "items")


def _voices() -> tuple[str, ...]:
    with container().db.transaction() as session:
        return tuple(voice.name for voice in voices.voices(session))


def _wrong(slug: str, form: Form, item_id: int | None) -> ResponseReturnValue:
    found = look(slug)
    return again(found, _editor(found, form, item_id)), INVALID


def _refused(
    slug: str, form: Form, error: ConflictError | InvalidInputError, item_id: int | None
) -> ResponseReturnValue:
    is_changed = isinstance(error, ChangedMeanwhileError)
    form.refuse("", f"{error} {KEPT}" if is_changed else str(error))
    found = look(slug)
    editor = _editor(found, form, item_id, is_changed=is_changed)
    return again(found, editor, is_warned=is_changed), status_of(error)


def _editor(found: BriefPageContent, form: Form, item_id: int | None, *, is_changed: bool = False) -> Editor:
    """Return the form for the item; for a new item if another user removed this one, so that no text is lost."""
    if item_id is None:
        return Editor(is_new=True, values=form.values, problems=form.problems)
    theirs = next((row for row in found.items.rows if row.id == item_id), None)
    if theirs is None:
        form.problems[""] = "Another user removed this item. Your text is kept below: save it as a new item."
        return Editor(is_new=True, values=form.values, problems=form.problems)
    return Editor(item_id=item_id, values=form.values, problems=form.problems, theirs=theirs if is_changed else None)


def _done(slug: str, message: str, place: str) -> ResponseReturnValue:
    flash(message, "completed")
    return redirect(url_for("brief_page.page", slug=slug, _anchor=place), code=303)
