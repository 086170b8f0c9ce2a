"""Today: the state of the show's edition in one sentence, and what can be done about it."""

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.jobs import job_words
from admin.shared.current_user import needs, signed_in_user
from admin.today import today_words
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.domain.slugs import LONGEST_SLUG
from brief_audio.http import waveform_svg
from brief_audio.http.request_context import container
from brief_audio.services.pages import today
from brief_audio.services.pages.today import DayStatus, Today

blueprint = Blueprint("today", __name__, url_prefix="/admin")

OFTEN, SELDOM = "every 2s", "every 30s"


@blueprint.get("/")
@needs(Role.VIEWER)
def page() -> ResponseReturnValue:
    """Show today for `?show=`, or for the show that most needs attention."""
    context = _context()
    return render_template("admin/today/today.html" if context else "admin/today/empty.html", beside=False, **context)


@blueprint.get("/today/now")
@needs(Role.VIEWER)
def now() -> ResponseReturnValue:
    """Render only the part that changes; the whole page once the job has ended."""
    context = _context()
    if context and context["today"].is_live:
        made = render_template("admin/today/making.html", beside=True, **context)
        return render_template("admin/today/now.html", **context) + made
    whole = make_response(render_template("admin/today/content.html", beside=False, **context) if context else "")
    whole.headers["HX-Retarget"] = "#today"
    whole.headers["HX-Reswap"] = "outerHTML"
    return whole


def _context() -> dict[str, Any]:
    """Return the variables of the templates; none if there is no show."""
    instant = utc_now()
    with container().db.transaction() as session:
        found = today.today_of(session, _requested_show(), now=instant)
    if found is None:
        return {}
    return {
        "today": found,
        "headline": today_words.sentence(found),
        "shape": today_words.shape(found),
        "tasks": [today_words.task(one, instant) for one in found.attention],
        "days": today_words,
        "wave": waveform_svg.waveform_svg(found.contents.peaks) if found.contents else None,
        "trigger": _trigger(found),
        "progress": found.progress,
        "polls": False,
        "words": job_words,
        "may_act": signed_in_user().role.may(Role.EDITOR),
        "here": url_for("today.page", show=found.show.slug),
    }


def _requested_show() -> str | None:
    given = request.args.get("show")
    return given[: LONGEST_SLUG + 1] if given else None


def _trigger(found: Today) -> str | None:
    """Return how often the page refreshes itself; None once the day's edition is out."""
    if found.is_live:
        return OFTEN
    is_pending = found.late is not None or found.state is DayStatus.WAITING
    return SELDOM if is_pending else None
