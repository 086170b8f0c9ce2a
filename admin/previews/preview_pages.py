"""Preview an item before it airs, show its text as it will be spoken, or re-record it."""

import re

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from admin.previews.preview_words import FULL, STOPPING, heading, regenerated
from admin.shared.current_user import needs, signed_in_user
from admin.shared.forms import Form
from brief_audio.domain.accounts import Role
from brief_audio.domain.brief_file.checks import LONGEST_LINE, MOST_CHARACTERS
from brief_audio.domain.cache_policy import ASKED_AGAIN
from brief_audio.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    QueueFullError,
    StillCancellingError,
)
from brief_audio.domain.slugs import LONGEST_SLUG
from brief_audio.domain.voice_names import LONGEST_VOICE_NAME
from brief_audio.http.back_link import local_path
from brief_audio.http.request_context import container
from brief_audio.http.sentences import sentence
from brief_audio.http.statuses import CONFLICT, FULL_SECONDS, INVALID
from brief_audio.http.store_pause import asking_the_store
from brief_audio.http.stored_file_response import stored_file_response
from brief_audio.services.briefs import spoken_text
from brief_audio.services.making import re_record, request_preview
from brief_audio.services.making.request_preview import PreviewText

blueprint = Blueprint("previews", __name__, url_prefix="/admin")

ITEM = "/briefs/<slug>/items/<int:position>"
NUMBER = re.compile(r"[0-9]{0,19}")  # an item's id, or empty
# The item form can be posted here as it is; these two of its fields don't affect the audio.
BESIDE = ("version", "source_url")


@blueprint.post(f"{ITEM}/preview")
@needs(Role.EDITOR)
def item(slug: str, position: int) -> ResponseReturnValue:
    """Request a preview of an item as the next rendition would have it."""
    back = _back(Form("back"), slug, position)
    try:
        with container().db.transaction() as session:
            number = request_preview.preview_item(session, slug, position, by=signed_in_user())
    except ConflictError as error:
        return _redirect(back, "late", sentence(error))
    return redirect(url_for("previews.page", number=number), code=303)


@blueprint.post("/previews")
@needs(Role.EDITOR)
def say() -> ResponseReturnValue:
    """Request a preview of text that is not saved in a brief: an item being edited, or a word of the lexicon."""
    form = Form("show", "headline", "body", "voice", *BESIDE)
    text = PreviewText(
        show=form.text("show", "The show", longest=LONGEST_SLUG),
        headline=form.text("headline", "The headline", longest=LONGEST_LINE, required=False),
        body=form.text("body", "The text", longest=MOST_CHARACTERS, required=False, lines=True),
        voice=form.text("voice", "The voice", longest=LONGEST_VOICE_NAME, required=False) or None,
    )
    if not form.is_right:
        return _refused(form)
    try:
        with container().db.transaction() as session:
            number = request_preview.preview_text(session, text, by=signed_in_user())
    except (ConflictError, InvalidInputError, NotFoundError) as error:
        form.refuse("", sentence(error))
        return _refused(form, CONFLICT if isinstance(error, ConflictError) else INVALID)
    return redirect(url_for("previews.page", number=number), code=303)


@blueprint.get("/previews/<int:number>")
@needs(Role.VIEWER)
def page(number: int) -> ResponseReturnValue:
    """Show the state of a preview, and play it once it is ready."""
    return _render("admin/previews/page.html", number)


@blueprint.get("/previews/<int:number>/live")
@needs(Role.VIEWER)
def live(number: int) -> ResponseReturnValue:
    """Return the part of the page that changes."""
    return _render("admin/previews/content.html", number)


@blueprint.get("/previews/<int:number>/sound")
@needs(Role.VIEWER)
@asking_the_store
def sound(number: int) -> ResponseReturnValue:
    """Send the audio, whole or in ranges."""
    parts = container()
    file = request_preview.sound(parts.db, parts.store, number)
    return stored_file_response(file, parts.store, kept=ASKED_AGAIN)


@blueprint.post(f"{ITEM}/regenerate")
@needs(Role.EDITOR)
def regenerate(slug: str, position: int) -> ResponseReturnValue:
    """Request a rendition in which this item is re-recorded; unchanged items are reused."""
    form = Form("back", "item")
    back = _back(form, slug, position)
    parts, item_id = container(), form.values["item"]
    if not NUMBER.fullmatch(item_id):
        abort(INVALID, "This item number is not valid. Reload the page and try again.")
    try:
        asked = re_record.re_record_item(
            parts.db,
            slug,
            position,
            parts.speech,
            rules=parts.rules,
            by=signed_in_user(),
            seen=item_id,
            store=parts.store,
        )
    except QueueFullError:
        raise TooManyRequests(FULL, retry_after=FULL_SECONDS) from None
    except StillCancellingError:
        return _redirect(back, "late", STOPPING)
    return _redirect(back, *regenerated(asked, position))


@blueprint.get(f"{ITEM}/spoken")
@needs(Role.VIEWER)
def spoken(slug: str, position: int) -> ResponseReturnValue:
    """Show an item's text, marking everything that is spoken differently from how it is written."""
    with container().db.transaction() as session:
        text = spoken_text.item_text(session, slug, position)
    return render_template("admin/previews/spoken_text.html", item=text, said=spoken_text.spoken(text))


def _render(template: str, number: int) -> str:
    with container().db.transaction() as session:
        found = request_preview.preview_report(session, number)
    return render_template(
        template, preview=found, heading=heading(found), may_ask=signed_in_user().role.may(Role.EDITOR)
    )


def _refused(form: Form, status: int = INVALID) -> ResponseReturnValue:
    page = render_template(
        "admin/previews/refused.html",
        values=form.values,
        problems=form.problems,
        longest_line=LONGEST_LINE,
    )
    return page, status


def _back(form: Form, slug: str, position: int) -> str:
    form.refuse_if_wrong()
    return local_path(form.values["back"], url_for("brief_page.page", slug=slug, _anchor=f"item-{position}"))


def _redirect(back: str, state: str, message: str) -> ResponseReturnValue:
    flash(message, state)
    return redirect(back, code=303)
