"""Turn a range decision into a response that occupies no thread while a slow listener downloads it."""

from collections.abc import Iterator
from typing import BinaryIO

from flask import Response, request
from werkzeug.wsgi import wrap_file

from brief_audio.domain import cache_policy
from brief_audio.http.ranges import Decision, ObjectFacts, decide
from brief_audio.services.listening import pages, stored_files
from brief_audio.services.listening.stored_files import StoredFile
from brief_audio.storage.base import AudioStore

CHUNK = 64 * 1024
REFUSALS = {
    412: "The file doesn't match the request's conditions.\n",
    416: "The requested range is outside the file.\n",
}


def stored_file_response(
    file: StoredFile, store: AudioStore, *, as_download: bool = False, kept: str | None = None
) -> Response:
    """Answer the request with `file`; `kept` tells caches how long to keep it, unless the object's name decides that.

    Raise `ObjectMissingError` if the file is missing or incomplete, for HEAD as for GET, even if the answer would be
    304 or 412.
    """
    pages.require_whole(store, file)
    facts = ObjectFacts(file.size_bytes, file.etag, file.modified_at)
    decision = decide(request.method, request.headers, facts)
    response = _body(decision, store, file)
    response.headers["Accept-Ranges"] = "bytes"
    response.set_etag(file.etag)
    if decision.status in REFUSALS:
        response.headers["Cache-Control"] = cache_policy.NOT_KEPT
        if decision.status == 416:  # noqa: PLR2004  (an HTTP status explains itself)
            response.headers["Content-Range"] = f"bytes */{file.size_bytes}"
        return response
    response.headers["Cache-Control"] = kept or cache_policy.of_object(file.name)
    response.last_modified = facts.modified_second
    if decision.status != 304:  # noqa: PLR2004
        _describe(response, file, decision, as_download=as_download)
    return response


def _body(decision: Decision, store: AudioStore, file: StoredFile) -> Response:
    if decision.status in REFUSALS:
        return Response(REFUSALS[decision.status], decision.status, mimetype="text/plain")
    if decision.status == 304 or request.method == "HEAD" or not decision.length:  # noqa: PLR2004
        return Response(status=decision.status)
    source = stored_files.open_part(store, file, decision.start, decision.end)
    if source.seekable():
        # A local file: waitress reads it in its own loop, which must never wait for a network.
        return Response(wrap_file(request.environ, source, CHUNK), decision.status, direct_passthrough=True)
    response = Response(_chunks(source, decision.length), decision.status)
    response.call_on_close(source.close)  # even if the listener disconnects before the first byte
    return response


def _chunks(source: BinaryIO, length: int) -> Iterator[bytes]:
    """Yield `length` bytes of `source`, then close it."""
    with source:
        while length > 0 and (chunk := source.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk


def _describe(response: Response, file: StoredFile, decision: Decision, *, as_download: bool) -> None:
    response.headers["Content-Type"] = file.content_type
    response.headers["Content-Length"] = str(decision.length)
    disposition = "attachment" if as_download else "inline"
    response.headers.set("Content-Disposition", disposition, filename=file.filename)
    if decision.status == 206:  # noqa: PLR2004
        response.headers["Content-Range"] = f"bytes {decision.start}-{decision.end - 1}/{file.size_bytes}"
