"""Serve the stored objects that listeners may fetch: audio, captions, chapters and covers, under immutable names."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from brief_audio.domain.cache_policy import NOT_KEPT
from brief_audio.http.request_context import container
from brief_audio.http.store_pause import asking_the_store
from brief_audio.http.stored_file_response import stored_file_response
from brief_audio.services.listening import stored_files

blueprint = Blueprint("audio", __name__)


@blueprint.get("/audio/<path:name>")
@asking_the_store
def audio(name: str) -> AnyResponse:
    """Serve a rendition's audio, captions or chapters; with `?download=1`, as a download.

    Downloads are not redirected to the store: only this site can set the file name and the attachment header.
    """
    parts = container()
    file = stored_files.audio_file(parts.db, parts.store, name)
    as_download = request.args.get("download") == "1"
    if (
        name.endswith(stored_files.AUDIO)
        and not as_download
        and (address := stored_files.signed_address(parts.store, name))
    ):
        return _sent_to(address)
    return stored_file_response(file, parts.store, as_download=as_download)


@blueprint.get("/covers/<path:name>")
@asking_the_store
def cover(name: str) -> Response:
    """Serve a show's cover."""
    parts = container()
    file = stored_files.cover_file(parts.db, parts.store, name)
    return stored_file_response(file, parts.store)


def _sent_to(address: str) -> AnyResponse:
    """Redirect the listener to the store; the signed URL expires soon, so it must not be cached."""
    response = redirect(address, 302)
    response.headers["Cache-Control"] = NOT_KEPT
    return response
