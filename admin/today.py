"""Today: what the show's edition is up to, in one sentence, and what can be done about it."""

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import job_words, today_words
from admin.signed_in import needs, who
from brief_audio import waveform
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.domain.slugs import LONGEST_SLUG
from brief_audio.http import container
from brief_audio.services import today
from brief_audio.services.today import State, Today

blueprint = Blueprint("today", __name__, url_prefix="/admin")

OFTEN, SELDOM = "every 2s", "every 30s"


@blueprint.get("/")
@needs(Role.VIEWER)
def page() -> ResponseReturnValue:
    """Show today: of the show that needs somebody first, or of `?show=`."""
    told = _told()
    return render_template("admin/today.html" if told else "admin/today_empty.html", beside=False, **told)


@blueprint.get("/today/now")
@needs(Role.VIEWER)
def now() -> ResponseReturnValue:
    """Render only what goes on; the whole of the page once that has come to its end."""
    told = _told()
    if told and told["today"].is_live:
        made = render_template("admin/today_making.html", beside=True, **told)
        return render_template("admin/today_now.html", **told) + made
    whole = make_response(render_template("admin/today_whole.html", beside=False, **told) if told else "")
    whole.headers["HX-Retarget"] = "#today"
    whole.headers["HX-Reswap"] = "outerHTML"
    return whole


def _told() -> dict[str, Any]:
    """Return what the templates show; nothing where there is no show at all."""
    instant = utc_now()
    with container().db.transaction() as session:
        found = today.today_of(session, _asked_show(), now=instant)
    if found is None:
        return {}
    return {
        "today": found,
        "said": today_words.sentence(found),
        "shape": today_words.shape(found),
        "tasks": [today_words.task(one, instant) for one in found.attention],
        "days": today_words,
        "wave": waveform.drawn(found.contents.peaks) if found.contents else None,
        "trigger": _trigger(found),
        "progress": found.progress,
        "polls": False,
        "words": job_words,
        "may_act": who().role.may(Role.EDITOR),
        "here": url_for("today.page", show=found.show.slug),
    }


def _asked_show() -> str | None:
    given = request.args.get("show")
    return given[: LONGEST_SLUG + 1] if given else None


def _trigger(found: Today) -> str | None:
    """Return how often the page asks for itself: not at all once the day's edition is out."""
    if found.is_live:
        return OFTEN
    is_waited_for = found.late is not None or found.state is State.WAITING
    return SELDOM if is_waited_for else None
