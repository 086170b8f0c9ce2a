"""The renditions of a brief: playing any of them, publishing a held one, rolling back."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin.forms import Form
from admin.signed_in import needs, who
from brief_audio.domain.accounts import Role
from brief_audio.domain.cache_policy import ASKED_AGAIN
from brief_audio.http import container
from brief_audio.sending.store_pause import asking_the_store
from brief_audio.sending.stream import answer
from brief_audio.services import renditions

blueprint = Blueprint("brief_renditions", __name__, url_prefix="/admin/briefs/<slug>/renditions")

NUMBER = "/<int(max=2147483647):number>"
MOST = 2_147_483_647 // 10  # nine digits, as forms have them


@blueprint.get(f"{NUMBER}.mp3")
@needs(Role.VIEWER)
@asking_the_store
def sound(slug: str, number: int) -> Response:
    """Serve a rendition to whoever is signed in, also one that listeners cannot have; `?download=1` saves it."""
    parts = container()
    with parts.db.transaction() as session:
        file = renditions.sound(session, slug, number)
    as_download = request.args.get("download") == "1"
    return answer(file, parts.store, as_download=as_download, kept=ASKED_AGAIN)


@blueprint.post(f"{NUMBER}/publish")
@needs(Role.EDITOR)
def publish(slug: str, number: int) -> ResponseReturnValue:
    """Publish a rendition that was held back."""
    form = Form("instead_of")
    instead_of = form.whole("instead_of", "The rendition on air", least=0, most=MOST)
    form.refuse_if_wrong()
    with container().db.transaction() as session:
        renditions.publish_now(session, who(), slug, number, instead_of=instead_of)
    return _done(slug, f"Rendition {number} is published: listeners get it from now on.")


@blueprint.post(f"{NUMBER}/roll-back")
@needs(Role.EDITOR)
def roll_back(slug: str, number: int) -> ResponseReturnValue:
    """Give listeners an earlier rendition again."""
    form = Form("instead_of")
    instead_of = form.whole("instead_of", "The rendition on air", least=0, most=MOST)
    form.refuse_if_wrong()
    with container().db.transaction() as session:
        renditions.roll_back(session, who(), slug, number, instead_of=instead_of)
    done = "Rolled back" if number < instead_of else "Published again"
    return _done(slug, f"{done}: listeners get rendition {number} from now on.")


def _done(slug: str, message: str) -> ResponseReturnValue:
    flash(message, "completed")
    return redirect(url_for("brief_page.page", slug=slug, _anchor="renditions"), code=303)
