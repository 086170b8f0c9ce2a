"""Play any rendition of a brief, publish a held one, or roll back to an earlier one."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin.shared.current_user import needs, signed_in_user
from admin.shared.forms import Form
from brief_audio.domain.accounts import Role
from brief_audio.domain.cache_policy import ASKED_AGAIN
from brief_audio.http.request_context import container
from brief_audio.http.store_pause import asking_the_store
from brief_audio.http.stored_file_response import stored_file_response
from brief_audio.services.release import renditions

blueprint = Blueprint("brief_renditions", __name__, url_prefix="/admin/briefs/<slug>/renditions")

NUMBER = "/<int(max=2147483647):number>"
MOST = 2_147_483_647 // 10  # form fields take at most nine digits


@blueprint.get(f"{NUMBER}.mp3")
@needs(Role.VIEWER)
@asking_the_store
def sound(slug: str, number: int) -> Response:
    """Serve a rendition to a signed-in user, even one that listeners can't get; `?download=1` saves it as a file."""
    parts = container()
    with parts.db.transaction() as session:
        file = renditions.sound(session, slug, number)
    as_download = request.args.get("download") == "1"
    return stored_file_response(file, parts.store, as_download=as_download, kept=ASKED_AGAIN)


@blueprint.post(f"{NUMBER}/publish")
@needs(Role.EDITOR)
def publish(slug: str, number: int) -> ResponseReturnValue:
    """Publish a rendition that was held."""
    form = Form("instead_of")
    instead_of = form.whole("instead_of", "The published version", least=0, most=MOST)
    form.refuse_if_wrong()
    with container().db.transaction() as session:
        renditions.publish_now(session, signed_in_user(), slug, number, instead_of=instead_of)
    return _done(slug, f"Version {number} published. Listeners get it from now on.")


@blueprint.post(f"{NUMBER}/roll-back")
@needs(Role.EDITOR)
def roll_back(slug: str, number: int) -> ResponseReturnValue:
    """Publish an earlier rendition again."""
    form = Form("instead_of")
    instead_of = form.whole("instead_of", "The published version", least=0, most=MOST)
    form.refuse_if_wrong()
    with container().db.transaction() as session:
        renditions.roll_back(session, signed_in_user(), slug, number, instead_of=instead_of)
    done = f"Rolled back to version {number}" if number < instead_of else f"Version {number} published"
    return _done(slug, f"{done}. Listeners get it from now on.")


def _done(slug: str, message: str) -> ResponseReturnValue:
    flash(message, "completed")
    return redirect(url_for("brief_page.page", slug=slug, _anchor="renditions"), code=303)
