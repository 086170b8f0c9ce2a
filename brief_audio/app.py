"""The web application: blueprints, one look for every error, headers."""

import logging
import secrets
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, make_response, render_template
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound, ServiceUnavailable
from werkzeug.middleware.proxy_fix import ProxyFix

from brief_audio.domain.errors import NotFoundError, ObjectMissingError, StorageError, TryAgainError
from brief_audio.http import EXTENSION, add_security_headers, wants_json
from brief_audio.services import listening
from brief_audio.web import audio, health, site, store_pause
from brief_audio.web.static_files import add_static_files
from brief_audio.web.store_pause import StorePause
from brief_audio.web.wording import add_filters

if TYPE_CHECKING:
    from brief_audio.bootstrap import Container

log = logging.getLogger(__name__)
RETRY_SECONDS = 5


def create_app(container: "Container") -> Flask:
    """Return the application that serves what `container` holds."""
    settings = container.settings
    is_https = settings.public_url.startswith("https://")
    app = Flask(__name__, static_folder=None, template_folder="web/templates")
    app.url_map.merge_slashes = False  # a doubled slash is another address, not a redirect to guess at
    app.extensions[EXTENSION] = container
    app.extensions[store_pause.EXTENSION] = StorePause()
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    add_filters(app)
    add_static_files(app)
    app.register_blueprint(site.blueprint)
    app.register_blueprint(audio.blueprint)
    app.register_blueprint(health.blueprint)
    add_security_headers(app, is_https=is_https, sound_origin=_sound_origin(container))
    _add_error_pages(app)
    hops = settings.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _sound_origin(container: "Container") -> str | None:
    try:
        return listening.sound_origin(container.store)
    except StorageError as error:
        log.error("the site starts, but its sound will not play: %s", error)  # noqa: TRY400  (the sentence says it all)
        return None


def _add_error_pages(app: Flask) -> None:
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(NotFoundError, lambda _: _error_page(NotFound()))
    app.register_error_handler(TryAgainError, _unavailable)
    app.register_error_handler(StorageError, _unavailable)
    app.register_error_handler(ObjectMissingError, _missing)


def _unavailable(error: TryAgainError | StorageError) -> Response:
    """Answer where the database or the store does not: the listener tries again, the operator reads the log."""
    log.error("an answer failed: %s", error)
    return _error_page(ServiceUnavailable(retry_after=RETRY_SECONDS))


def _missing(error: ObjectMissingError) -> Response:
    log.error("a published object is not in the store: %s", error)
    return _error_page(NotFound())


def _error_page(error: HTTPException) -> Response:
    """Return the error as a page, or as JSON to who prefers that; a broken view gets a number to ask for."""
    number = None
    if isinstance(error, InternalServerError) and error.original_exception:
        number = secrets.token_hex(4)
        log.error("error %s: %r", number, error.original_exception)
    code = error.code or InternalServerError.code
    if wants_json():
        response = make_response(jsonify(status=code, title=error.name, number=number))
        response.content_type = "application/problem+json"
    else:
        response = make_response(render_template("error.html", code=code, name=error.name, number=number))
    response.status_code = code
    for header, value in error.get_headers():
        if header.lower() != "content-type":
            response.headers[header] = value
    response.headers["Cache-Control"] = "no-store"
    return response
