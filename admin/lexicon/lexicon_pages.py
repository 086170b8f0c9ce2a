"""The lexicon: how a show's words are spoken, and what a rule would change in the newest brief."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.shared.current_user import needs, signed_in_user
from admin.shared.forms import Form
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ChangedMeanwhileError, InvalidInputError
from brief_audio.domain.lexicon_rules import LONGEST_SPOKEN, LONGEST_WRITTEN, checked_rule
from brief_audio.domain.script import Pronunciation
from brief_audio.http.request_context import container
from brief_audio.http.sentences import REFUSALS, changed_meanwhile, sentence
from brief_audio.http.statuses import INVALID, status_of
from brief_audio.services.briefs import lexicon
from brief_audio.services.briefs.lexicon import RuleWhole
from brief_audio.services.briefs.lexicon_effects import Effects, effects
from brief_audio.services.shows import shows

blueprint = Blueprint("lexicon", __name__, url_prefix="/admin/lexicon")

FIELDS = ("written", "spoken", "match_case", "do")
NOTHING = {"written": "", "spoken": "", "match_case": ""}
HEAR = "previews.say"
ASK = "Listeners hear the change once you generate audio."


@dataclass(frozen=True, slots=True)
class SentRule:
    """What a user sent to a page that it shows again, and what it would change."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    trial: Effects | None = None
    status: int = 200


@blueprint.get("/")
@needs(Role.VIEWER)
def listing() -> ResponseReturnValue:
    """Show the rules of the requested show, or of the first one."""
    return _listing(request.args.get("show", ""), SentRule())


@blueprint.post("/")
@needs(Role.EDITOR)
def add() -> ResponseReturnValue:
    """Add a rule, or show what it would change."""
    form, db = Form(*FIELDS, "show"), container().db
    with db.transaction() as session:
        show = form.choice("show", "The show", [one.slug for one in shows.all_shows(session)])
    rule = _read(form)
    if rule is None:
        return _listing(show, SentRule(form.values, form.problems, status=INVALID))
    try:
        if form.values["do"] == "preview":
            return _listing(show, SentRule(form.values, trial=effects(db, show, instead_of=None, rule=rule)))
        changed = effects(db, show, instead_of=None, rule=rule)
        with db.transaction() as session:
            made = lexicon.add(session, show, rule, by=signed_in_user())
    except REFUSALS as error:
        return _listing(show, SentRule(form.values, {"written": sentence(error)}, status=status_of(error)))
    flash(f"“{made.rule.written}” is now spoken as “{made.rule.spoken}”. {_meaning(changed)}", "completed")
    return redirect(url_for("lexicon.listing", show=show), code=303)


@blueprint.get("/<int:rule_id>")
@needs(Role.EDITOR)
def rule(rule_id: int) -> ResponseReturnValue:
    """Show the form for one rule."""
    return _page(_whole(rule_id), SentRule())


@blueprint.post("/<int:rule_id>")
@needs(Role.EDITOR)
def save(rule_id: int) -> ResponseReturnValue:
    """Save a rule, or show what it would change."""
    form, db, whole = Form(*FIELDS, "version"), container().db, _whole(rule_id)
    wanted = _read(form)
    if wanted is None:
        return _page(whole, SentRule(form.values, form.problems, status=INVALID))
    try:
        changed = effects(db, whole.show, instead_of=rule_id, rule=wanted)
        if form.values["do"] == "preview":
            return _page(whole, SentRule(form.values, trial=changed))
        with db.transaction() as session:
            saved = lexicon.edit(session, rule_id, wanted, version=form.values["version"], by=signed_in_user())
    except ChangedMeanwhileError as error:
        fresh = _whole(rule_id)
        problems = {"": sentence(error)} | changed_meanwhile(form.values, _values(fresh))
        return _page(fresh, SentRule(form.values | {"version": fresh.line.version}, problems, status=status_of(error)))
    except REFUSALS as error:
        return _page(_whole(rule_id), SentRule(form.values, {"": sentence(error)}, status=status_of(error)))
    now = saved.line.rule
    flash(f"“{now.written}” is now spoken as “{now.spoken}”. {_meaning(changed)}", "completed")
    return redirect(url_for("lexicon.listing", show=saved.show), code=303)


@blueprint.post("/<int:rule_id>/delete")
@needs(Role.EDITOR)
def delete(rule_id: int) -> ResponseReturnValue:
    """Delete a rule."""
    form, whole = Form("version"), _whole(rule_id)
    if not form.is_right:
        return _page(whole, SentRule(problems=form.problems, status=INVALID))
    try:
        with container().db.transaction() as session:
            was = lexicon.remove(session, rule_id, version=form.values["version"], by=signed_in_user())
    except REFUSALS as error:
        return _page(_whole(rule_id), SentRule(problems={"": sentence(error)}, status=status_of(error)))
    flash(f"Pronunciation of “{was.line.rule.written}” deleted.", "completed")
    return redirect(url_for("lexicon.listing", show=was.show), code=303)


def _listing(show: str, sent: SentRule) -> ResponseReturnValue:
    after = request.args.get("after", "")
    with container().db.transaction() as session:
        known = shows.all_shows(session)
        asked_for = show or (known[0].slug if known else "")
        found = lexicon.page(session, asked_for, after=after if after.isprintable() else "") if known else None
    page = render_template(
        "admin/lexicon/list.html", shows=known, found=found, values=NOTHING | dict(sent.values), sent=sent, hear=_hear()
    )
    return page, sent.status


def _page(whole: RuleWhole, sent: SentRule) -> ResponseReturnValue:
    values = _values(whole) | dict(sent.values)
    gone = effects(container().db, whole.show, instead_of=whole.line.id, rule=None)
    page = render_template(
        "admin/lexicon/rule.html", whole=whole, values=values, sent=sent, hear=_hear(), deleting=_meaning(gone)
    )
    return page, sent.status


def _values(whole: RuleWhole) -> dict[str, str]:
    """Return the initial values of a rule's form."""
    kept, match_case = whole.line.rule, "1" if whole.line.rule.match_case else ""
    return {"written": kept.written, "spoken": kept.spoken, "match_case": match_case, "version": whole.line.version}


def _read(form: Form) -> Pronunciation | None:
    """Return the rule from a form; None if `form.problems` lists a mistake."""
    written = form.text("written", "The written form", longest=LONGEST_WRITTEN)
    spoken = form.text("spoken", "The spoken form", longest=LONGEST_SPOKEN)
    match_case = form.flag("match_case")
    form.choice("do", "The action", ("save", "preview"))
    if not form.is_right:
        return None
    try:
        return checked_rule(Pronunciation(written, spoken, match_case))
    except InvalidInputError as error:
        form.refuse("spoken" if "spoken" in str(error) else "written", sentence(error))
        return None


def _whole(rule_id: int) -> RuleWhole:
    with container().db.transaction() as session:
        return lexicon.one(session, rule_id)


def _hear() -> str | None:
    return url_for(HEAR) if HEAR in current_app.view_functions else None


def _meaning(changed: Effects) -> str:
    """Return what a change of the lexicon means for the next version, as the page words it."""
    least = "At least " if changed.is_part else ""
    match len(changed.items):
        case _ if changed.slug is None:
            return "This show has no brief yet."
        case 0 if changed.is_part:
            return "The newest brief is long: only its first 30,000 characters were checked, and nothing there changes."
        case 0:
            return "No item of the newest brief changes."
        case 1:
            return f"{least}1 item of the newest brief will be re-recorded in its next version. {ASK}"
        case number:
            return f"{least}{number} items of the newest brief will be re-recorded in its next version. {ASK}"
