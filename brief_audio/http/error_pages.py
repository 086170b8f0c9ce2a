"""Render every error as a page that says what to do, in the style of the dashboard or of the listener pages."""

import logging
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_login import AnonymousUserMixin, current_user
from werkzeug.exceptions import (
    BadHost,
    HTTPException,
    InternalServerError,
    NotFound,
    ServiceUnavailable,
    TooManyRequests,
    default_exceptions,
)

from brief_audio.db.connection.engine import Database
from brief_audio.domain.cache_policy import NOT_KEPT
from brief_audio.domain.errors import (
    BriefAudioError,
    ConflictError,
    ErrorSource,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    ObjectMissingError,
    QueueFullError,
    StillCancellingError,
    StorageError,
    TryAgainError,
)
from brief_audio.http.back_link import local_path
from brief_audio.http.request_context import container, is_of_dashboard, wants_json
from brief_audio.http.retry_after import RetryAfter, retry_after
from brief_audio.http.sentences import sentence
from brief_audio.http.statuses import FULL_SECONDS, status_of
from brief_audio.services.operations.error_log import ErrorLog, met
from brief_audio.services.shows import shows

log = logging.getLogger(__name__)
EXTENSION = "brief_audio.errors"
RETRY_SECONDS = 5


def add_error_pages(app: Flask, database: Database) -> None:
    """Answer every error with a page, or JSON if the client prefers it; record server errors in `database`."""
    app.extensions[EXTENSION] = ErrorLog(database)
    app.register_error_handler(HTTPException, _error_page)
    for refusal in (NotFoundError, NotAllowedError, InvalidInputError, ConflictError, StillCancellingError):
        app.register_error_handler(refusal, _refused)
    app.register_error_handler(QueueFullError, _full)
    app.register_error_handler(TryAgainError, _unavailable)
    app.register_error_handler(StorageError, _unavailable)
    app.register_error_handler(ObjectMissingError, _missing)
    app.after_request(_write_what_waits)


def _refused(error: BriefAudioError) -> Response:
    return _error_page(default_exceptions[status_of(error)](sentence(error)))


def _full(error: QueueFullError) -> Response:
    return _error_page(TooManyRequests(sentence(error), retry_after=FULL_SECONDS))


def _unavailable(error: TryAgainError | StorageError) -> Response:
    """Answer when the database or the store is not responding: listeners retry, operators read the log."""
    log.error("request failed: %s", error)
    _keep(error, later=isinstance(error, TryAgainError))
    return _error_page(ServiceUnavailable(retry_after=RETRY_SECONDS))


def _missing(error: ObjectMissingError) -> Response:
    log.error("a published object is missing from the store: %s", error)
    _keep(error)
    return _error_page(NotFound())


def _error_page(error: HTTPException) -> Response:
    """Return the error as a page, or as JSON if the client prefers it; an unexpected error gets a reference number."""
    number = None
    if isinstance(error, InternalServerError) and error.original_exception:
        number = secrets.token_hex(4)
        log.error("error %s: %r", number, error.original_exception)
        _keep(error.original_exception, number=number)
    again = retry_after(error) if isinstance(error, TooManyRequests) else None
    code = error.code or InternalServerError.code
    response = _problem(error, code, number) if wants_json() else _page(error, code, number, again)
    response.status_code = code
    for header, value in error.get_headers():
        if header.lower() != "content-type":
            response.headers[header] = value
    if again is not None:
        response.headers["Retry-After"] = str(again.seconds)
    response.headers["Cache-Control"] = NOT_KEPT
    return response


def _problem(error: HTTPException, code: int, number: str | None) -> Response:
    detail = {"detail": said} if (said := _said(error)) else {}
    response = make_response(jsonify(status=code, title=error.name, number=number, **detail))
    response.content_type = "application/problem+json"
    return response


def _page(error: HTTPException, code: int, number: str | None, again: RetryAfter | None) -> Response:
    given = {"code": code, "name": error.name, "number": number, "again": again}
    if not (_is_known() and is_of_dashboard(request.path)):
        return make_response(render_template("error.html", **given))
    is_asking = request.method in {"GET", "HEAD"}
    words = {"said": _said(error), "zone": _zone() if again else "UTC", "is_asking": is_asking}
    return make_response(
        render_template("admin/shared/error.html", **given, **words, back=None if is_asking else _back())
    )


def _back() -> str | None:
    """Return the page that the form was sent from, according to the Referer header."""
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:  # the header may contain anything
        return None
    is_ours = came_from.netloc == request.host and is_of_dashboard(came_from.path)
    return local_path(f"{came_from.path}?{came_from.query}".rstrip("?"), "") or None if is_ours else None


def _zone() -> str:
    """Return the time zone for signed-in users: the first show's."""
    if not current_user.is_authenticated:
        return "UTC"
    try:
        with container().db.transaction() as session:
            return next((show.time_zone for show in shows.all_shows(session)), "UTC")
    except BriefAudioError:  # the page matters more than its time zone
        return "UTC"


def _is_known() -> bool:
    """Return whether the page can show the signed-in user and the navigation; if not, treat the user as anonymous.

    The error may come from the database, which the user is loaded from; and for an invalid host, no URLs can be built.
    """
    try:
        is_known = not isinstance(request.routing_exception, BadHost)
        current_user.is_authenticated  # noqa: B018  (loads the user, once)
    except BriefAudioError:
        is_known = False
    if not is_known:
        g._login_user = AnonymousUserMixin()  # noqa: SLF001  (Flask-Login caches the loaded user here)
    return is_known


def _said(error: HTTPException) -> str:
    """Return the error's own message; empty if it is the framework's default."""
    usual = default_exceptions.get(error.code or 500)
    is_usual = usual is None or error.description == usual.description or "breach" in g
    return "" if is_usual else error.description or ""


def _keep(error: BaseException, *, number: str = "", later: bool = False) -> None:
    place = request.endpoint or "nowhere"
    _errors().note(met(error, place, source=ErrorSource.HTTP, number=number), later=later)


def _write_what_waits(response: Response) -> Response:
    if _errors().is_waiting and request.blueprint != "health":  # health checks must not wait for the database
        _errors().write()
    return response


def _errors() -> ErrorLog:
    kept: ErrorLog = current_app.extensions[EXTENSION]
    return kept
