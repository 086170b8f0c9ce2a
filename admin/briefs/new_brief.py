"""Creating a brief: write it, paste it, upload it, or copy the previous one."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.briefs import brief_forms
from admin.shared.current_user import needs, signed_in_user
from admin.shared.forms import Form
from brief_audio.domain.accounts import Role
from brief_audio.domain.brief_file import BriefDraft, parse_brief_text
from brief_audio.domain.brief_file.plausible_dates import is_implausible
from brief_audio.domain.brief_file.problems import BriefFileError, Problem
from brief_audio.domain.brief_file.read_file import text_of
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotFoundError
from brief_audio.domain.slugs import LONGEST_SLUG
from brief_audio.domain.time_zones import local
from brief_audio.http.request_context import container
from brief_audio.http.sentences import sentence
from brief_audio.http.statuses import CONFLICT, INVALID, status_of
from brief_audio.services.briefs import brief_list, new_brief
from brief_audio.services.briefs.import_brief import Imported, ImportResult
from brief_audio.services.briefs.new_brief import ExistingBrief
from brief_audio.services.shows import voices as show_voices

blueprint = Blueprint("brief_new", __name__, url_prefix="/admin/briefs/new")

WAYS = ("write", "paste", "copy")
PASTE = ("show", "date", "kind", "text", "ready", "replace", "version")
KINDS = {"markdown": Path("brief.md"), "json": Path("brief.json")}


@dataclass(frozen=True, slots=True)
class NewBriefForm:
    """One of the three forms as shown: what was typed, what is wrong, and the brief that already has this date."""

    way: str
    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    found: tuple[Problem, ...] = ()
    standing: ExistingBrief | None = None


@blueprint.get("")
@needs(Role.EDITOR)
def page() -> ResponseReturnValue:
    """Show one of the forms: `?how=write`, `paste` or `copy`."""
    requested = request.args.get("how", "")
    way = requested if requested in WAYS else WAYS[0]
    given = {name: request.args.get(name, "")[:LONGEST_SLUG] for name in ("show", "date")}
    empty = dict.fromkeys((*brief_forms.ITEM_FIELDS, *PASTE, "title"), "")
    return _render(NewBriefForm(way, empty | {"kind": "markdown", "ready": "1"} | given))


@blueprint.post("/write")
@needs(Role.EDITOR)
def write() -> ResponseReturnValue:
    """Create a draft with its first item."""
    form = Form("show", "date", "title", *brief_forms.ITEM_FIELDS)
    show, day = form.text("show", "The show", longest=LONGEST_SLUG), _day(form)
    title = brief_forms.title_of(form)
    with container().db.transaction() as session:
        voices = tuple(voice.name for voice in show_voices.voices(session))
    item = brief_forms.item_of(form, voices)
    if day is None or title is None or item is None:
        return _render(NewBriefForm("write", form.values, form.problems)), INVALID
    draft = BriefDraft(show, day, title, (item,))
    return _create(form, "write", draft, replaces=None, as_draft=True)


@blueprint.post("/paste")
@needs(Role.EDITOR)
def paste() -> ResponseReturnValue:
    """Import a whole brief from text or a file; replace an existing brief only if the form says so."""
    form = Form(*PASTE, files=("file",))
    show = form.text("show", "The show", longest=LONGEST_SLUG, required=False)
    day = _day(form, required=False)
    as_draft, replace = not form.flag("ready"), form.flag("replace")
    try:
        name = _take_file(form)
        if not form.is_right:
            return _render(NewBriefForm("paste", form.values, form.problems)), INVALID
        today = utc_now().date()
        draft = parse_brief_text(form.values["text"], name, show=show or None, local_date=day, today=today)
    except BriefFileError as error:
        return _render(NewBriefForm("paste", form.values, form.problems, error.problems)), INVALID
    except InvalidInputError as error:
        form.refuse("text", str(error))
        return _render(NewBriefForm("paste", form.values, form.problems)), INVALID
    return _create(form, "paste", draft, replaces=form.values["version"] if replace else None, as_draft=as_draft)


@blueprint.post("/copy")
@needs(Role.EDITOR)
def copy() -> ResponseReturnValue:
    """Create a draft as a copy of the show's previous brief."""
    form = Form("show", "date")
    show, day = form.text("show", "The show", longest=LONGEST_SLUG), _day(form)
    if day is None or not form.is_right:
        return _render(NewBriefForm("copy", form.values, form.problems)), INVALID
    try:
        with container().db.transaction() as session:
            slug = new_brief.duplicate(session, signed_in_user(), show, day)
    except (ConflictError, InvalidInputError) as error:
        form.refuse("date", str(error))
        return _render(NewBriefForm("copy", form.values, form.problems, standing=_standing(show, day))), status_of(
            error
        )
    flash("Draft created from the previous brief. Update its items, then mark it as ready.", "completed")
    return redirect(url_for("brief_page.page", slug=slug), code=303)


def _day(form: Form, *, required: bool = True) -> date | None:
    day = form.day("date", "The date", required=required)
    problem = is_implausible(day, utc_now().date()) if day else None
    if problem:
        form.refuse("date", sentence(problem))
    return None if problem else day


def _take_file(form: Form) -> Path:
    """Copy an uploaded file into the text field, so that it is not lost; return a name with its format's suffix."""
    kind = form.choice("kind", "The format", list(KINDS))
    file = request.files.get("file")
    if file is None or not file.filename:
        if not form.values["text"].strip():
            form.refuse("text", "Paste a brief here or choose a file.")
        return KINDS[kind]
    if form.values["text"].strip():
        form.refuse("text", "You sent both text and a file. Send only one of them.")
    name = Path(file.filename)
    if name.suffix.lower() not in {".json", ".md", ".markdown"}:
        form.refuse("file", "Choose a file whose name ends in .json or .md.")
    elif form.is_right:
        form.values["text"] = text_of(file.stream.read(), name.name)
        form.values["kind"] = "json" if name.suffix.lower() == ".json" else "markdown"
    return name


def _create(form: Form, way: str, draft: BriefDraft, *, replaces: str | None, as_draft: bool) -> ResponseReturnValue:
    try:
        with container().db.transaction() as session:
            made = new_brief.bring_in(session, signed_in_user(), draft, replaces=replaces, as_draft=as_draft)
    except ConflictError:
        standing = _standing(draft.show, draft.local_date)
        form.values["version"], form.values["replace"] = standing.version if standing else "", ""
        return _render(NewBriefForm(way, form.values, form.problems, standing=standing)), CONFLICT
    except (InvalidInputError, NotFoundError) as error:
        form.refuse("text" if way == "paste" else "show", sentence(error))
        return _render(NewBriefForm(way, form.values, form.problems)), INVALID
    flash(_message(made), "completed")
    return redirect(url_for("brief_page.page", slug=made.slug), code=303)


def _message(made: Imported) -> str:
    match made.result:
        case ImportResult.CREATED:
            return "Brief created."
        case ImportResult.REPLACED:
            return "Brief replaced. Versions made from the previous text are kept."
        case ImportResult.UNCHANGED:
            return "Nothing changed: this exact brief was already imported."


def _standing(show: str, day: date) -> ExistingBrief | None:
    with container().db.transaction() as session:
        return new_brief.brief_on_date(session, show, day)


def _render(sheet: NewBriefForm) -> str:
    with container().db.transaction() as session:
        choices, voices = brief_list.show_choices(session), show_voices.voices(session)
    chosen = next((one for one in choices if one.slug == sheet.values["show"]), choices[0] if choices else None)
    if not sheet.values["date"] and sheet.way != "paste" and chosen and not sheet.problems:
        today = local(utc_now(), chosen.time_zone).date()
        with container().db.transaction() as session:
            sheet.values["date"] = new_brief.first_free(session, chosen.slug, today).isoformat()
    lines = sheet.values.get("text", "").splitlines() if sheet.found else []
    return render_template(
        "admin/briefs/new.html", sheet=sheet, shows=choices, voices=[voice.name for voice in voices], lines=lines
    )
