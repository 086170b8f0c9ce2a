"""Every error as a page that says what to do: in the dashboard's look at its addresses, in the listeners' elsewhere."""

import logging
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_login import AnonymousUserMixin, current_user
from werkzeug.exceptions import (
    BadHost,
    Conflict,
    Forbidden,
    HTTPException,
    InternalServerError,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
    UnprocessableEntity,
    default_exceptions,
)

from admin.back import own_path
from admin.sentences import sentence
from brief_audio.come_back import ComeBack, come_back
from brief_audio.db.engine import Database
from brief_audio.domain.dashboard import ErrorSource
from brief_audio.domain.errors import (
    BriefAudioError,
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    ObjectMissingError,
    QueueFullError,
    StillCancellingError,
    StorageError,
    TryAgainError,
)
from brief_audio.http import container, is_of_dashboard, wants_json
from brief_audio.services import shows
from brief_audio.services.error_log import ErrorLog, met

log = logging.getLogger(__name__)
EXTENSION = "brief_audio.errors"
RETRY_SECONDS = 5
FULL_SECONDS = 60  # about what a job takes: then there is room in the queue again


def add_error_pages(app: Flask, database: Database) -> None:
    """Answer every error with a page, or with JSON to who prefers that; keep in `database` those that are ours."""
    app.extensions[EXTENSION] = ErrorLog(database)
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(NotFoundError, lambda error: _error_page(NotFound(sentence(error))))
    app.register_error_handler(NotAllowedError, lambda error: _error_page(Forbidden(sentence(error))))
    app.register_error_handler(InvalidInputError, lambda error: _error_page(UnprocessableEntity(sentence(error))))
    app.register_error_handler(ConflictError, lambda error: _error_page(Conflict(sentence(error))))
    app.register_error_handler(StillCancellingError, lambda error: _error_page(Conflict(sentence(error))))
    app.register_error_handler(QueueFullError, _full)
    app.register_error_handler(TryAgainError, _unavailable)
    app.register_error_handler(StorageError, _unavailable)
    app.register_error_handler(ObjectMissingError, _missing)
    app.after_request(_write_what_waits)


def _full(error: QueueFullError) -> Response:
    return _error_page(TooManyRequests(sentence(error), retry_after=FULL_SECONDS))


def _unavailable(error: TryAgainError | StorageError) -> Response:
    """Answer where the database or the store does not: the listener tries again, the operator reads the log."""
    log.error("an answer failed: %s", error)
    _keep(error, later=isinstance(error, TryAgainError))
    return _error_page(ServiceUnavailable(retry_after=RETRY_SECONDS))


def _missing(error: ObjectMissingError) -> Response:
    log.error("a published object is not in the store: %s", error)
    _keep(error)
    return _error_page(NotFound())


def _error_page(error: HTTPException) -> Response:
    """Return the error as a page, or as JSON to who prefers that; a broken view gets a number to ask for."""
    number = None
    if isinstance(error, InternalServerError) and error.original_exception:
        number = secrets.token_hex(4)
        log.error("error %s: %r", number, error.original_exception)
        _keep(error.original_exception, number=number)
    again = come_back(error) if isinstance(error, TooManyRequests) else None
    code = error.code or InternalServerError.code
    response = _problem(error, code, number) if wants_json() else _page(error, code, number, again)
    response.status_code = code
    for header, value in error.get_headers():
        if header.lower() != "content-type":
            response.headers[header] = value
    if again is not None:
        response.headers["Retry-After"] = str(again.seconds)
    response.headers["Cache-Control"] = "no-store"
    return response


def _problem(error: HTTPException, code: int, number: str | None) -> Response:
    detail = {"detail": said} if (said := _said(error)) else {}
    response = make_response(jsonify(status=code, title=error.name, number=number, **detail))
    response.content_type = "application/problem+json"
    return response


def _page(error: HTTPException, code: int, number: str | None, again: ComeBack | None) -> Response:
    given = {"code": code, "name": error.name, "number": number, "again": again}
    if not (_is_known() and is_of_dashboard(request.path)):
        return make_response(render_template("error.html", **given))
    is_asking = request.method in {"GET", "HEAD"}
    words = {"said": _said(error), "zone": _zone() if again else "UTC", "is_asking": is_asking}
    return make_response(render_template("admin/error.html", **given, **words, back=None if is_asking else _back()))


def _back() -> str | None:
    """Return the page whose form was sent, as the browser names it."""
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:  # anybody may send anything there
        return None
    is_ours = came_from.netloc == request.host and is_of_dashboard(came_from.path)
    return own_path(f"{came_from.path}?{came_from.query}".rstrip("?"), "") or None if is_ours else None


def _zone() -> str:
    """Return the zone in which whoever is signed in here thinks: that of the first show."""
    if not current_user.is_authenticated:
        return "UTC"
    try:
        with container().db.transaction() as session:
            return next((show.time_zone for show in shows.all_shows(session)), "UTC")
    except BriefAudioError:  # the page matters more than its zone
        return "UTC"


def _is_known() -> bool:
    """Say whether a page can be made that knows who asks and where else one can go; if not, it knows nobody.

    The database that tells who is signed in may be what failed; at a host that cannot exist nothing has an address.
    """
    try:
        is_known = not isinstance(request.routing_exception, BadHost)
        current_user.is_authenticated  # noqa: B018  (it is looked up here, once)
    except BriefAudioError:
        is_known = False
    if not is_known:
        g._login_user = AnonymousUserMixin()  # noqa: SLF001  (where Flask-Login keeps who it has looked up)
    return is_known


def _said(error: HTTPException) -> str:
    """Return the sentence that came with an error, if it is not the framework's own."""
    usual = default_exceptions.get(error.code or 500)
    is_usual = usual is None or error.description == usual.description or "breach" in g
    return "" if is_usual else error.description or ""


def _keep(error: BaseException, *, number: str = "", later: bool = False) -> None:
    place = request.endpoint or "nowhere"
    _errors().note(met(error, place, source=ErrorSource.HTTP, number=number), later=later)


def _write_what_waits(response: Response) -> Response:
    if _errors().is_waiting and request.blueprint != "health":  # which looks at nothing
        _errors().write()
    return response


def _errors() -> ErrorLog:
    kept: ErrorLog = current_app.extensions[EXTENSION]
    return kept
