"""A new brief: written, pasted, uploaded, or begun as a copy of the one before."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import brief_forms
from admin.forms import Form
from admin.sentences import sentence
from admin.signed_in import needs, who
from brief_audio.domain.accounts import Role
from brief_audio.domain.brief_file import BriefDraft, parse_brief_text
from brief_audio.domain.brief_file.dates import far_off
from brief_audio.domain.brief_file.problems import BriefFileError, Problem
from brief_audio.domain.brief_file.reading import text_of
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotFoundError
from brief_audio.domain.slugs import LONGEST_SLUG
from brief_audio.http import container
from brief_audio.services import brief_lists, brief_making, shows
from brief_audio.services.brief_making import Standing
from brief_audio.services.briefs import Imported, ImportResult
from brief_audio.statuses import CONFLICT, INVALID, status_of
from brief_audio.wording import local

blueprint = Blueprint("brief_new", __name__, url_prefix="/admin/briefs/new")

WAYS = ("write", "paste", "copy")
PASTE = ("show", "date", "kind", "text", "ready", "replace", "version")
KINDS = {"markdown": Path("brief.md"), "json": Path("brief.json")}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One of the three forms as it is shown: what was typed, what is wrong, and what stands in its place already."""

    way: str
    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    found: tuple[Problem, ...] = ()
    standing: Standing | None = None


@blueprint.get("")
@needs(Role.EDITOR)
def page() -> ResponseReturnValue:
    """Show one of the forms: `?how=write`, `paste` or `copy`."""
    asked = request.args.get("how", "")
    way = asked if asked in WAYS else WAYS[0]
    given = {name: request.args.get(name, "")[:LONGEST_SLUG] for name in ("show", "date")}
    empty = dict.fromkeys((*brief_forms.ITEM_FIELDS, *PASTE, "title"), "")
    return _shown(Sheet(way, empty | {"kind": "markdown", "ready": "1"} | given))


@blueprint.post("/write")
@needs(Role.EDITOR)
def write() -> ResponseReturnValue:
    """Begin a draft with its first item."""
    form = Form("show", "date", "title", *brief_forms.ITEM_FIELDS)
    show, day = form.text("show", "The show", longest=LONGEST_SLUG), _day(form)
    title = brief_forms.title_of(form)
    with container().db.transaction() as session:
        voices = tuple(voice.name for voice in shows.voices(session))
    item = brief_forms.item_of(form, voices)
    if day is None or title is None or item is None:
        return _shown(Sheet("write", form.values, form.problems)), INVALID
    draft = BriefDraft(show, day, title, (item,))
    return _brought(form, "write", draft, replaces=None, as_draft=True)


@blueprint.post("/paste")
@needs(Role.EDITOR)
def paste() -> ResponseReturnValue:
    """Take a whole brief as text or as a file; an existing one is replaced only when that is asked for."""
    form = Form(*PASTE, files=("file",))
    show = form.text("show", "The show", longest=LONGEST_SLUG, required=False)
    day = _day(form, required=False)
    as_draft, replace = not form.flag("ready"), form.flag("replace")
    try:
        name = _take_file(form)
        if not form.is_right:
            return _shown(Sheet("paste", form.values, form.problems)), INVALID
        today = utc_now().date()
        draft = parse_brief_text(form.values["text"], name, show=show or None, local_date=day, today=today)
    except BriefFileError as error:
        return _shown(Sheet("paste", form.values, form.problems, error.problems)), INVALID
    except InvalidInputError as error:
        form.refuse("text", str(error))
        return _shown(Sheet("paste", form.values, form.problems)), INVALID
    return _brought(form, "paste", draft, replaces=form.values["version"] if replace else None, as_draft=as_draft)


@blueprint.post("/copy")
@needs(Role.EDITOR)
def copy() -> ResponseReturnValue:
    """Begin a draft as a copy of the show's brief before."""
    form = Form("show", "date")
    show, day = form.text("show", "The show", longest=LONGEST_SLUG), _day(form)
    if day is None or not form.is_right:
        return _shown(Sheet("copy", form.values, form.problems)), INVALID
    try:
        with container().db.transaction() as session:
            slug = brief_making.duplicate(session, who(), show, day)
    except (ConflictError, InvalidInputError) as error:
        form.refuse("date", str(error))
        return _shown(Sheet("copy", form.values, form.problems, standing=_standing(show, day))), status_of(error)
    flash("A draft with the items of the brief before. Change what is new, then mark it ready.", "completed")
    return redirect(url_for("brief_page.page", slug=slug), code=303)


def _day(form: Form, *, required: bool = True) -> date | None:
    day = form.day("date", "The date", required=required)
    problem = far_off(day, utc_now().date()) if day else None
    if problem:
        form.refuse("date", sentence(problem))
    return None if problem else day


def _take_file(form: Form) -> Path:
    """Put an uploaded text into the field, so that it is not lost; return a name that tells its kind."""
    kind = form.choice("kind", "The kind", list(KINDS))
    file = request.files.get("file")
    if file is None or not file.filename:
        if not form.values["text"].strip():
            form.refuse("text", "Paste a brief here, or choose a file.")
        return KINDS[kind]
    if form.values["text"].strip():
        form.refuse("text", "There is a text and a file: send one of the two.")
    name = Path(file.filename)
    if name.suffix.lower() not in {".json", ".md", ".markdown"}:
        form.refuse("file", "The name of a brief file ends in .json or .md.")
    elif form.is_right:
        form.values["text"] = text_of(file.stream.read(), name.name)
        form.values["kind"] = "json" if name.suffix.lower() == ".json" else "markdown"
    return name


def _brought(form: Form, way: str, draft: BriefDraft, *, replaces: str | None, as_draft: bool) -> ResponseReturnValue:
    try:
        with container().db.transaction() as session:
            made = brief_making.bring(session, who(), draft, replaces=replaces, as_draft=as_draft)
    except ConflictError:
        standing = _standing(draft.show, draft.local_date)
        form.values["version"], form.values["replace"] = standing.version if standing else "", ""
        return _shown(Sheet(way, form.values, form.problems, standing=standing)), CONFLICT
    except (InvalidInputError, NotFoundError) as error:
        form.refuse("text" if way == "paste" else "show", sentence(error))
        return _shown(Sheet(way, form.values, form.problems)), INVALID
    flash(_message(made), "completed")
    return redirect(url_for("brief_page.page", slug=made.slug), code=303)


def _message(made: Imported) -> str:
    match made.result:
        case ImportResult.CREATED:
            return "The brief is made."
        case ImportResult.REPLACED:
            return "The brief is replaced; the renditions of the one before are kept."
        case ImportResult.UNCHANGED:
            return "This very brief is here already; nothing was changed."


def _standing(show: str, day: date) -> Standing | None:
    with container().db.transaction() as session:
        return brief_making.standing(session, show, day)


def _shown(sheet: Sheet) -> str:
    with container().db.transaction() as session:
        choices, voices = brief_lists.show_choices(session), shows.voices(session)
    chosen = next((one for one in choices if one.slug == sheet.values["show"]), choices[0] if choices else None)
    if not sheet.values["date"] and sheet.way != "paste" and chosen and not sheet.problems:
        today = local(utc_now(), chosen.time_zone).date()
        with container().db.transaction() as session:
            sheet.values["date"] = brief_making.first_free(session, chosen.slug, today).isoformat()
    lines = sheet.values.get("text", "").splitlines() if sheet.found else []
    return render_template(
        "admin/briefs/new.html", sheet=sheet, shows=choices, voices=[voice.name for voice in voices], lines=lines
    )
