"""Previewing an item before it airs, what would be spoken, and re-recording one item."""

import re

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from admin.back import own_path
from admin.forms import Form
from admin.preview_words import FULL, STOPPING, heading, regenerated
from admin.sentences import sentence
from admin.signed_in import needs, who
from brief_audio.domain.accounts import Role
from brief_audio.domain.brief_file.checking import LONGEST_LINE, MOST_CHARACTERS
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
from brief_audio.http import container
from brief_audio.sending.store_pause import asking_the_store
from brief_audio.sending.stream import answer
from brief_audio.services import previews, regenerating, spoken_text
from brief_audio.services.previews import WantedText
from brief_audio.statuses import CONFLICT, FULL_SECONDS, INVALID

blueprint = Blueprint("previews", __name__, url_prefix="/admin")

ITEM = "/briefs/<slug>/items/<int:position>"
NUMBER = re.compile(r"[0-9]{0,19}")  # as the page has it, or none
# An item that is being edited is sent here as it stands in its form; these two of its fields have no sound.
BESIDE = ("version", "source_url")


@blueprint.post(f"{ITEM}/preview")
@needs(Role.EDITOR)
def item(slug: str, position: int) -> ResponseReturnValue:
    """Ask to hear an item as the next rendition would have it."""
    back = _back(Form("back"), slug, position)
    try:
        with container().db.transaction() as session:
            number = previews.preview_item(session, slug, position, by=who())
    except ConflictError as error:
        return _told(back, "late", sentence(error))
    return redirect(url_for("previews.page", number=number), code=303)


@blueprint.post("/previews")
@needs(Role.EDITOR)
def say() -> ResponseReturnValue:
    """Ask to hear a text that is in no brief yet: an item that is being edited, a word of the lexicon."""
    form = Form("show", "headline", "body", "voice", *BESIDE)
    text = WantedText(
        show=form.text("show", "The show", longest=LONGEST_SLUG),
        headline=form.text("headline", "The headline", longest=LONGEST_LINE, required=False),
        body=form.text("body", "The text", longest=MOST_CHARACTERS, required=False, lines=True),
        voice=form.text("voice", "The voice", longest=LONGEST_VOICE_NAME, required=False) or None,
    )
    if not form.is_right:
        return _refused(form)
    try:
        with container().db.transaction() as session:
            number = previews.preview_text(session, text, by=who())
    except (ConflictError, InvalidInputError, NotFoundError) as error:
        form.refuse("", sentence(error))
        return _refused(form, CONFLICT if isinstance(error, ConflictError) else INVALID)
    return redirect(url_for("previews.page", number=number), code=303)


@blueprint.get("/previews/<int:number>")
@needs(Role.VIEWER)
def page(number: int) -> ResponseReturnValue:
    """Show what became of a preview, and play it once it is spoken."""
    return _shown("admin/previews/page.html", number)


@blueprint.get("/previews/<int:number>/live")
@needs(Role.VIEWER)
def live(number: int) -> ResponseReturnValue:
    """Return the part of the page that changes."""
    return _shown("admin/previews/live.html", number)


@blueprint.get("/previews/<int:number>/sound")
@needs(Role.VIEWER)
@asking_the_store
def sound(number: int) -> ResponseReturnValue:
    """Send the sound, whole or in parts."""
    parts = container()
    file = previews.sound(parts.db, parts.store, number)
    return answer(file, parts.store, kept=ASKED_AGAIN)


@blueprint.post(f"{ITEM}/regenerate")
@needs(Role.EDITOR)
def regenerate(slug: str, position: int) -> ResponseReturnValue:
    """Ask for a rendition in which that item is spoken anew, and no other that did not change."""
    form = Form("back", "item")
    back = _back(form, slug, position)
    parts, item_id = container(), form.values["item"]
    if not NUMBER.fullmatch(item_id):
        abort(INVALID, "This is no number of an item. Load the page and press the button again.")
    try:
        asked = regenerating.regenerate_item(
            parts.db, slug, position, parts.speech, rules=parts.rules, by=who(), seen=item_id, store=parts.store
        )
    except QueueFullError:
        raise TooManyRequests(FULL, retry_after=FULL_SECONDS) from None
    except StillCancellingError:
        return _told(back, "late", STOPPING)
    return _told(back, *regenerated(asked, position))


@blueprint.get(f"{ITEM}/spoken")
@needs(Role.VIEWER)
def spoken(slug: str, position: int) -> ResponseReturnValue:
    """Show an item's text with everything marked that is said otherwise than written."""
    with container().db.transaction() as session:
        text = spoken_text.item_text(session, slug, position)
    return render_template("admin/previews/spoken.html", item=text, said=spoken_text.spoken(text))


def _shown(template: str, number: int) -> str:
    with container().db.transaction() as session:
        found = previews.look(session, number)
    return render_template(template, preview=found, heading=heading(found), may_ask=who().role.may(Role.EDITOR))


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
    return own_path(form.values["back"], url_for("brief_page.page", slug=slug, _anchor=f"item-{position}"))


def _told(back: str, state: str, message: str) -> ResponseReturnValue:
    flash(message, state)
    return redirect(back, code=303)
