"""The listener pages: the list of editions, and one edition with player and transcript."""

from datetime import date

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from brief_audio.domain.rendition_contents import ContentsItem, RenditionContents
from brief_audio.http import waveform_svg
from brief_audio.http.request_context import container, public_address
from brief_audio.http.statuses import MALFORMED
from brief_audio.services.listening import pages

blueprint = Blueprint("site", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """List the published editions; `?before=2026-03-11` lists those before that date."""
    page = pages.front_page(container().db, before=_before())
    template = "listening/index.html" if page.editions or request.args.get("before") else "listening/empty.html"
    return render_template(template, page=page, before=_before(), canonical=public_address("/"))


@blueprint.get("/briefs/<slug>")
def brief(slug: str) -> ResponseReturnValue:
    """Show one edition; `?t=95` starts at that second, even without JavaScript."""
    page = pages.brief_page(container().db, slug)
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
    """Return the requested second of the audio; 0 if it is invalid."""
    asked = request.args.get("t", "")
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < len("1000000") else 0
    return seconds if seconds * 1000 < duration_ms else 0


def _current(contents: RenditionContents, at_seconds: int) -> ContentsItem | None:
    """Return the item read at that second; compare whole seconds, as in chapter links."""
    begun = [item for item in contents.items if item.start_ms is not None and item.start_ms // 1000 <= at_seconds]
    return begun[-1] if begun and at_seconds else None


def _wave(page: pages.EditionPage, at_seconds: int) -> waveform_svg.WaveformSvg | None:
    return waveform_svg.waveform_svg(
        page.contents.peaks, played_share=at_seconds * 1000 / max(1, page.edition.duration_ms)
    )
