"""One brief: its items, its renditions, and the forms that edit it."""

from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.briefs import brief_forms, brief_words
from admin.shared.current_user import needs, signed_in_user
from admin.shared.forms import Form
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ConflictError
from brief_audio.domain.jobs import BriefState
from brief_audio.http.request_context import container
from brief_audio.http.statuses import CONFLICT, INVALID
from brief_audio.services.briefs import brief_page, editing
from brief_audio.services.briefs.brief_page import BriefPageContent
from brief_audio.services.briefs.editing import Seen
from brief_audio.services.briefs.item_rows import ItemRow
from brief_audio.services.shows import voices as show_voices

blueprint = Blueprint("brief_page", __name__, url_prefix="/admin/briefs/<slug>")

NEW, TITLE = "new", "title"


@dataclass(frozen=True, slots=True)
class Editor:
    """The one open form: for the item with this id, for a new item, or for the title.

    `theirs` is the saved item, if another user changed it while this form was being filled in.
    """

    item_id: int | None = None
    is_new: bool = False
    is_title: bool = False
    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    theirs: ItemRow | None = None


@blueprint.get("")
@needs(Role.VIEWER)
def page(slug: str) -> ResponseReturnValue:
    """Show a brief; `?edit=4` opens the form for item 4, `?edit=new` and `?edit=title` the other two."""
    found = look(slug)
    return render(found, _wanted_editor(found, request.args.get("edit", "")))


@blueprint.post("/title")
@needs(Role.EDITOR)
def title(slug: str) -> ResponseReturnValue:
    """Change the brief's title."""
    form = Form("version", "title")
    wanted, is_warned = brief_forms.title_of(form), False
    if wanted is not None:
        try:
            with container().db.transaction() as session:
                editing.change_title(session, signed_in_user(), Seen(slug, form.values["version"]), wanted)
        except ConflictError as error:
            form.refuse("", f"{error} Your title is kept below.")
            is_warned = True
        else:
            flash("Title saved.", "completed")
            return redirect(url_for("brief_page.page", slug=slug), code=303)
    editor = Editor(is_title=True, values=form.values, problems=form.problems)
    return again(look(slug), editor, is_warned=is_warned), CONFLICT if is_warned else INVALID


@blueprint.post("/state")
@needs(Role.EDITOR)
def state(slug: str) -> ResponseReturnValue:
    """Mark the brief as ready for its scheduled run, or as a draft again."""
    form = Form("state")
    wanted = BriefState(form.choice("state", "The state", list(BriefState)))
    form.refuse_if_wrong()
    with container().db.transaction() as session:
        editing.mark(session, signed_in_user(), slug, wanted)
    is_ready = wanted is BriefState.READY
    effect = "ready: the next scheduled run uses it" if is_ready else "draft: scheduled runs skip it"
    flash(f"Marked as {effect}.", "completed")
    return redirect(url_for("brief_page.page", slug=slug), code=303)


def look(slug: str) -> BriefPageContent:
    """Return the brief as saved; its version is never newer than the items shown with it."""
    with container().db.transaction() as session:
        return brief_page.page(session, slug)


def again(found: BriefPageContent, editor: Editor, *, is_warned: bool = False) -> str:
    """Show the brief again with what was typed.

    If the user `is_warned` of a newer version, the form takes that version. Otherwise it keeps its own, so that fixing
    a typo never overwrites another user's change unseen.
    """
    if is_warned:
        editor.values["version"] = found.version
    return render(found, editor)


def render(found: BriefPageContent, editor: Editor | None) -> str:
    """Return the page, with this form open if there is one."""
    with container().db.transaction() as session:
        voices = show_voices.voices(session) if editor else []
    requested = request.args.get("play", "")
    playing = next((row for row in found.renditions if str(row.number) == requested), found.current)
    return render_template(
        "admin/briefs/page.html",
        brief=found,
        editor=editor,
        voices=[voice.name for voice in voices],
        playing=playing,
        sound=brief_words.sound,
        made=brief_words.made,
        level=brief_words.level,
    )


def _wanted_editor(found: BriefPageContent, requested: str) -> Editor | None:
    if not signed_in_user().role.may(Role.EDITOR):
        return None
    empty = dict.fromkeys(brief_forms.ITEM_FIELDS, "")
    if requested == TITLE:
        return Editor(is_title=True, values={"version": found.version, "title": found.title})
    if requested == NEW:
        return Editor(is_new=True, values={"version": found.version, **empty})
    row = next((row for row in found.items.rows if str(row.position) == requested), None)
    return Editor(item_id=row.id, values={"version": found.version, **_values(row)}) if row else None


def _values(row: ItemRow) -> dict[str, str]:
    return {
        "headline": row.headline,
        "body": row.body,
        "source_url": row.source_url or "",
        "voice": row.voice or "",
    }
