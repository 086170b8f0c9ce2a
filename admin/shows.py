"""Shows: what each is called, how it sounds, and what a change of that means for the next rendition."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import show_forms as forms
from admin.forms import Form
from admin.schedule_forms import zones
from admin.sentences import REFUSALS, changed_meanwhile, sentence
from admin.signed_in import needs, who
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ChangedMeanwhileError
from brief_audio.http import container
from brief_audio.services import show_editing, shows
from brief_audio.services.show_editing import ShowWhole
from brief_audio.services.shows import VoiceLine
from brief_audio.statuses import INVALID, status_of

blueprint = Blueprint("shows", __name__, url_prefix="/admin/shows")

SPOKEN_ANEW = {"voice", "speed"}
NEXT_RENDITION = {"title", *show_editing.PAUSES, "failed_share_limit"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sent to a show's page that it shows again."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@blueprint.get("/")
@needs(Role.VIEWER)
def listing() -> ResponseReturnValue:
    """Show every show."""
    with container().db.transaction() as session:
        found = shows.all_shows(session)
    return render_template("admin/shows.html", shows=found)


@blueprint.get("/new")
@needs(Role.ADMIN)
def new() -> ResponseReturnValue:
    """Show the form of a show that is to be."""
    return _new_page(_voices(), Sent())


@blueprint.post("/new")
@needs(Role.ADMIN)
def add() -> ResponseReturnValue:
    """Make a show."""
    form, voices = Form(*forms.NEW_FIELDS), _voices()
    wanted = forms.read_new_show(form, [voice.name for voice in voices])
    if wanted is None:
        return _new_page(voices, Sent(form.values, form.problems, INVALID))
    try:
        with container().db.transaction() as session:
            made = show_editing.add(session, wanted, by=who())
    except REFUSALS as error:
        return _new_page(voices, Sent(form.values, {"slug": sentence(error)}, status_of(error)))
    flash(f"{made.title} is made. It needs a schedule, and a brief for its first night.", "completed")
    return redirect(url_for("shows.page", slug=made.slug), code=303)


@blueprint.get("/<slug>")
@needs(Role.VIEWER)
def page(slug: str) -> ResponseReturnValue:
    """Show one show."""
    return _page(_whole(slug), Sent())


@blueprint.post("/<slug>")
@needs(Role.ADMIN)
def save(slug: str) -> ResponseReturnValue:
    """Change a show."""
    form, show = Form(*forms.FIELDS), _whole(slug)
    wanted = forms.read_show(form, show, [voice.name for voice in _voices()])
    if wanted is None:
        return _page(show, Sent(form.values, form.problems, INVALID))
    try:
        with container().db.transaction() as session:
            changed = show_editing.edit(session, slug, wanted, version=form.values["version"], by=who())
    except ChangedMeanwhileError as error:
        now = _whole(slug)
        problems = {"": sentence(error)} | changed_meanwhile(form.values, forms.show_values(now))
        return _page(now, Sent(form.values | {"version": now.version}, problems, status_of(error)))
    except REFUSALS as error:
        return _page(_whole(slug), Sent(form.values, {"": sentence(error)}, status_of(error)))
    flash(f"{wanted.title} is saved. {_meaning(changed)}", "completed")
    return redirect(url_for("shows.page", slug=slug), code=303)


@blueprint.post("/<slug>/cover")
@needs(Role.ADMIN)
def cover(slug: str) -> ResponseReturnValue:
    """Give a show another cover, or describe the one it has."""
    form, show, parts = Form("cover_alt", "version", files=("cover",)), _whole(slug), container()
    content = forms.read_picture(form, required=show.cover_object is None)
    alt = forms.read_alt(form)
    if not form.is_right:
        # With its own version: whoever mends a slip has not seen what somebody else saved meanwhile.
        return _page(show, Sent(form.values, form.problems, INVALID))
    version = form.values["version"]
    try:
        show_editing.set_cover(parts.db, parts.store, parts.scratch, slug, content, alt, version=version, by=who())
    except ChangedMeanwhileError as error:
        return _page(_whole(slug), Sent({"cover_alt": alt}, {"cover": sentence(error)}, status_of(error)))
    except REFUSALS as error:
        return _page(_whole(slug), Sent(form.values, {"cover": sentence(error)}, status_of(error)))
    flash("The cover is saved. The next rendition carries it; those that are published keep theirs.", "completed")
    return redirect(url_for("shows.page", slug=slug), code=303)


def _page(show: ShowWhole, sent: Sent) -> ResponseReturnValue:
    values = forms.show_values(show) | {"cover_alt": show.cover_alt} | dict(sent.values)
    page = render_template(
        "admin/show.html", show=show, values=values, problems=sent.problems, voices=_voices(), zones=zones()
    )
    return page, sent.status


def _new_page(voices: list[VoiceLine], sent: Sent) -> ResponseReturnValue:
    usual = dict.fromkeys(forms.NEW_FIELDS, "") | {"language": "en-US", "voice": voices[0].name if voices else ""}
    values = usual | dict(sent.values)
    page = render_template("admin/show_new.html", values=values, problems=sent.problems, voices=voices, zones=zones())
    return page, sent.status


def _whole(slug: str) -> ShowWhole:
    with container().db.transaction() as session:
        return show_editing.whole(session, slug)


def _voices() -> list[VoiceLine]:
    with container().db.transaction() as session:
        return shows.voices(session)


def _meaning(changed: frozenset[str]) -> str:
    """Return what a change means for listeners, and from when on."""
    if not changed:
        return "Nothing was changed."
    if changed & SPOKEN_ANEW:
        return "From the next rendition on; every item that this concerns is spoken anew then."
    if changed & NEXT_RENDITION:
        return "From the next rendition on; what was spoken is used again."
    return "It holds from now on."
