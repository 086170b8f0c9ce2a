"""One brief: its items, its renditions, and the forms that write in it."""

from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import brief_forms, brief_words
from admin.forms import Form
from admin.signed_in import needs, who
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ConflictError
from brief_audio.domain.jobs import BriefState
from brief_audio.http import container
from brief_audio.services import brief_editing, brief_page, shows
from brief_audio.services.brief_editing import Seen
from brief_audio.services.brief_items import ItemRow
from brief_audio.services.brief_page import BriefPage
from brief_audio.statuses import CONFLICT, INVALID

blueprint = Blueprint("brief_page", __name__, url_prefix="/admin/briefs/<slug>")

NEW, TITLE = "new", "title"


@dataclass(frozen=True, slots=True)
class Editor:
    """The one form that stands open: for an item by its number, for a new one, or for the title.

    `theirs` is the item as it stands now, where somebody changed it while this one was typed.
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
    """Show a brief; `?edit=4` opens the editor of item 4, `?edit=new` and `?edit=title` the others."""
    found = look(slug)
    return render(found, _wanted_editor(found, request.args.get("edit", "")))


@blueprint.post("/title")
@needs(Role.EDITOR)
def title(slug: str) -> ResponseReturnValue:
    """Give the brief another title."""
    form = Form("version", "title")
    wanted, is_told = brief_forms.title_of(form), False
    if wanted is not None:
        try:
            with container().db.transaction() as session:
                brief_editing.change_title(session, who(), Seen(slug, form.values["version"]), wanted)
        except ConflictError as error:
            form.refuse("", f"{error} Your title is kept below.")
            is_told = True
        else:
            flash("The title is saved.", "completed")
            return redirect(url_for("brief_page.page", slug=slug), code=303)
    editor = Editor(is_title=True, values=form.values, problems=form.problems)
    return again(look(slug), editor, is_told=is_told), CONFLICT if is_told else INVALID


@blueprint.post("/state")
@needs(Role.EDITOR)
def state(slug: str) -> ResponseReturnValue:
    """Mark the brief ready for its night, or a draft again."""
    form = Form("state")
    wanted = BriefState(form.choice("state", "The state", list(BriefState)))
    form.refuse_if_wrong()
    with container().db.transaction() as session:
        brief_editing.mark(session, who(), slug, wanted)
    is_ready = wanted is BriefState.READY
    flash("Ready: the next run reads it." if is_ready else "A draft again: runs leave it alone.", "completed")
    return redirect(url_for("brief_page.page", slug=slug), code=303)


def look(slug: str) -> BriefPage:
    """Return the brief as it stands now; its version is never newer than the items that are shown with it."""
    with container().db.transaction() as session:
        return brief_page.page(session, slug)


def again(found: BriefPage, editor: Editor, *, is_told: bool = False) -> str:
    """Show the brief as it was found, with what was typed.

    Only a form whose sender `is_told` of a newer version counts as having seen it; any other keeps its own, so that
    a slip in a field never hides what somebody else changed.
    """
    if is_told:
        editor.values["version"] = found.version
    return render(found, editor)


def render(found: BriefPage, editor: Editor | None) -> str:
    """Return the page, with one of its forms open."""
    with container().db.transaction() as session:
        voices = shows.voices(session) if editor else []
    asked = request.args.get("play", "")
    playing = next((row for row in found.renditions if str(row.number) == asked), found.current)
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


def _wanted_editor(found: BriefPage, asked: str) -> Editor | None:
    if not who().role.may(Role.EDITOR):
        return None
    empty = dict.fromkeys(brief_forms.ITEM_FIELDS, "")
    if asked == TITLE:
        return Editor(is_title=True, values={"version": found.version, "title": found.title})
    if asked == NEW:
        return Editor(is_new=True, values={"version": found.version, **empty})
    row = next((row for row in found.items.rows if str(row.position) == asked), None)
    return Editor(item_id=row.id, values={"version": found.version, **_values(row)}) if row else None


def _values(row: ItemRow) -> dict[str, str]:
    return {
        "headline": row.headline,
        "body": row.body,
        "source_url": row.source_url or "",
        "voice": row.voice or "",
    }
