"""Shows: their names and sound, and what a change means for the next rendition."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin.schedules.schedule_forms import zones
from admin.shared.current_user import needs, signed_in_user
from admin.shared.forms import Form
from admin.shows import show_forms as forms
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ChangedMeanwhileError
from brief_audio.http.request_context import container
from brief_audio.http.sentences import REFUSALS, changed_meanwhile, sentence
from brief_audio.http.statuses import INVALID, status_of
from brief_audio.services.shows import editing, shows
from brief_audio.services.shows import voices as show_voices
from brief_audio.services.shows.editing import ShowDetails
from brief_audio.services.shows.voices import VoiceLine

blueprint = Blueprint("shows", __name__, url_prefix="/admin/shows")

RE_RECORDING = {"voice", "speed"}
NEXT_RENDITION = {"title", *editing.PAUSES, "failed_share_limit"}


@dataclass(frozen=True, slots=True)
class SentShow:
    """What a user sent to a page that it shows again."""

    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@blueprint.get("/")
@needs(Role.VIEWER)
def listing() -> ResponseReturnValue:
    """List all shows."""
    with container().db.transaction() as session:
        found = shows.all_shows(session)
    return render_template("admin/shows/list.html", shows=found)


@blueprint.get("/new")
@needs(Role.ADMIN)
def new() -> ResponseReturnValue:
    """Show the form for a new show."""
    return _new_page(_voices(), SentShow())


@blueprint.post("/new")
@needs(Role.ADMIN)
def add() -> ResponseReturnValue:
    """Create a show."""
    form, voices = Form(*forms.NEW_FIELDS), _voices()
    wanted = forms.read_new_show(form, [voice.name for voice in voices])
    if wanted is None:
        return _new_page(voices, SentShow(form.values, form.problems, INVALID))
    try:
        with container().db.transaction() as session:
            made = editing.add(session, wanted, by=signed_in_user())
    except REFUSALS as error:
        return _new_page(voices, SentShow(form.values, {"slug": sentence(error)}, status_of(error)))
    flash(f"{made.title} created. Next, add a schedule and write its first brief.", "completed")
    return redirect(url_for("shows.page", slug=made.slug), code=303)


@blueprint.get("/<slug>")
@needs(Role.VIEWER)
def page(slug: str) -> ResponseReturnValue:
    """Show one show."""
    return _page(_whole(slug), SentShow())


@blueprint.post("/<slug>")
@needs(Role.ADMIN)
def save(slug: str) -> ResponseReturnValue:
    """Save a show's settings."""
    form, show = Form(*forms.FIELDS), _whole(slug)
    wanted = forms.read_show(form, show, [voice.name for voice in _voices()])
    if wanted is None:
        return _page(show, SentShow(form.values, form.problems, INVALID))
    try:
        with container().db.transaction() as session:
            changed = editing.edit(session, slug, wanted, version=form.values["version"], by=signed_in_user())
    except ChangedMeanwhileError as error:
        now = _whole(slug)
        problems = {"": sentence(error)} | changed_meanwhile(form.values, forms.show_values(now))
        return _page(now, SentShow(form.values | {"version": now.version}, problems, status_of(error)))
    except REFUSALS as error:
        return _page(_whole(slug), SentShow(form.values, {"": sentence(error)}, status_of(error)))
    flash(f"{wanted.title} saved. {_meaning(changed)}", "completed")
    return redirect(url_for("shows.page", slug=slug), code=303)


@blueprint.post("/<slug>/cover")
@needs(Role.ADMIN)
def cover(slug: str) -> ResponseReturnValue:
    """Replace a show's cover, or change the alternative text of the one it has."""
    form, show, parts = Form("cover_alt", "version", files=("cover",)), _whole(slug), container()
    content = forms.read_picture(form, required=show.cover_object is None)
    alt = forms.read_alt(form)
    if not form.is_right:
        # The form keeps its version, so that fixing a typo never overwrites another user's change unseen.
        return _page(show, SentShow(form.values, form.problems, INVALID))
    version = form.values["version"]
    try:
        editing.set_cover(
            parts.db, parts.store, parts.scratch, slug, content, alt, version=version, by=signed_in_user()
        )
    except ChangedMeanwhileError as error:
        return _page(_whole(slug), SentShow({"cover_alt": alt}, {"cover": sentence(error)}, status_of(error)))
    except REFUSALS as error:
        return _page(_whole(slug), SentShow(form.values, {"cover": sentence(error)}, status_of(error)))
    flash("Cover saved. The next version gets it; published versions keep theirs.", "completed")
    return redirect(url_for("shows.page", slug=slug), code=303)


def _page(show: ShowDetails, sent: SentShow) -> ResponseReturnValue:
    values = forms.show_values(show) | {"cover_alt": show.cover_alt} | dict(sent.values)
    page = render_template(
        "admin/shows/page.html", show=show, values=values, problems=sent.problems, voices=_voices(), zones=zones()
    )
    return page, sent.status


def _new_page(voices: list[VoiceLine], sent: SentShow) -> ResponseReturnValue:
    usual = dict.fromkeys(forms.NEW_FIELDS, "") | {"language": "en-US", "voice": voices[0].name if voices else ""}
    values = usual | dict(sent.values)
    page = render_template("admin/shows/new.html", values=values, problems=sent.problems, voices=voices, zones=zones())
    return page, sent.status


def _whole(slug: str) -> ShowDetails:
    with container().db.transaction() as session:
        return editing.show_details(session, slug)


def _voices() -> list[VoiceLine]:
    with container().db.transaction() as session:
        return show_voices.voices(session)


def _meaning(changed: frozenset[str]) -> str:
    """Return what a change means for listeners, and when it takes effect."""
    if not changed:
        return "Nothing changed."
    if changed & RE_RECORDING:
        return "This applies from the next version on, which re-records every affected item."
    if changed & NEXT_RENDITION:
        return "This applies from the next version on. No item is re-recorded."
    return "This applies now."
