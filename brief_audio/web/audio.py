"""The stored objects that listeners may have: sound, captions, chapters and covers, each under its immutable name."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from brief_audio.domain.cache_policy import NOT_KEPT
from brief_audio.http import container
from brief_audio.sending.store_pause import asking_the_store
from brief_audio.sending.stream import answer
from brief_audio.services import listening

blueprint = Blueprint("audio", __name__)


@blueprint.get("/audio/<path:name>")
@asking_the_store
def audio(name: str) -> AnyResponse:
    """Serve a rendition's sound, captions or chapters; `?download=1` saves it instead of playing it.

    Only this site can say that it is to be saved, and how it is called then: a download is sent nowhere else.
    """
    parts = container()
    file = listening.audio_file(parts.db, parts.store, name)
    as_download = request.args.get("download") == "1"
    if name.endswith(listening.AUDIO) and not as_download and (address := listening.signed_address(parts.store, name)):
        return _sent_to(address)
    return answer(file, parts.store, as_download=as_download)


@blueprint.get("/covers/<path:name>")
@asking_the_store
def cover(name: str) -> Response:
    """Serve a show's cover."""
    parts = container()
    file = listening.cover_file(parts.db, parts.store, name)
    return answer(file, parts.store)


def _sent_to(address: str) -> AnyResponse:
    """Send the listener to the store itself; the address ends soon, so nobody may keep it."""
    response = redirect(address, 302)
    response.headers["Cache-Control"] = NOT_KEPT
    return response
