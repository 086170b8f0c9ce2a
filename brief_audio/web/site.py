"""The pages for listeners: every edition, and one edition to hear and read."""

from datetime import date

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from brief_audio import waveform
from brief_audio.domain.contents import Contents, ContentsItem
from brief_audio.http import container, public_address
from brief_audio.services import listening
from brief_audio.statuses import MALFORMED

blueprint = Blueprint("site", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """List the published editions; `?before=2026-03-11` shows those of earlier days."""
    page = listening.front_page(container().db, before=_before())
    template = "listening/index.html" if page.editions or request.args.get("before") else "listening/empty.html"
    return render_template(template, page=page, before=_before(), canonical=public_address("/"))


@blueprint.get("/briefs/<slug>")
def brief(slug: str) -> ResponseReturnValue:
    """Play one edition; `?t=95` begins at that second, also without a script."""
    page = listening.brief_page(container().db, slug)
    at_seconds = _at_seconds(page.edition.duration_ms)
    return render_template(
        "listening/brief.html",
        page=page,
        edition=page.edition,
        at_seconds=at_seconds,
        current=_current(page.contents, at_seconds),
        wave=_wave(page, at_seconds),
        canonical=public_address(f"/briefs/{slug}"),
    )


def _before() -> date | None:
    asked = request.args.get("before")
    if not asked:
        return None
    try:
        return date.fromisoformat(asked)
    except ValueError:
        abort(MALFORMED)


def _at_seconds(duration_ms: int) -> int:
    """Return the asked second of the sound, 0 where it makes no sense."""
    asked = request.args.get("t", "")
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < len("1000000") else 0
    return seconds if seconds * 1000 < duration_ms else 0


def _current(contents: Contents, at_seconds: int) -> ContentsItem | None:
    """Return the item that is being read at that second; chapter links are cut to the second, too."""
    begun = [item for item in contents.items if item.start_ms is not None and item.start_ms // 1000 <= at_seconds]
    return begun[-1] if begun and at_seconds else None


def _wave(page: listening.BriefPage, at_seconds: int) -> waveform.Wave | None:
    return waveform.drawn(page.contents.peaks, played_share=at_seconds * 1000 / max(1, page.edition.duration_ms))
