"""Create the web application: blueprints, error pages, headers."""

import logging
from typing import TYPE_CHECKING

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from admin.dashboard import add_dashboard
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import StorageError
from brief_audio.http import store_pause
from brief_audio.http.body_limits import add_body_limits
from brief_audio.http.error_pages import add_error_pages
from brief_audio.http.rate_limits import add_limits
from brief_audio.http.request_context import EXTENSION
from brief_audio.http.security_headers import add_security_headers
from brief_audio.http.store_pause import StorePause
from brief_audio.http.wording import FILTERS, ago
from brief_audio.services.listening import stored_files
from brief_audio.web import audio, health, listening_pages
from brief_audio.web.last_known import add_last_known
from brief_audio.web.own_address import add_own_address
from brief_audio.web.static_files import add_static_files

if TYPE_CHECKING:
    from brief_audio.bootstrap import Container

log = logging.getLogger(__name__)


def create_app(container: "Container") -> Flask:
    """Return the application for `container`."""
    settings = container.settings
    is_https = settings.public_url.startswith("https://")
    app = Flask(__name__, static_folder=None, template_folder="web/templates")
    app.url_map.merge_slashes = False  # a double slash is a different address: don't guess a redirect
    app.extensions[EXTENSION] = container
    app.extensions[store_pause.EXTENSION] = StorePause()
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-session" if is_https else "session",  # the prefix stops other hosts from setting it
        SESSION_COOKIE_SECURE=is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.filters.update({words.__name__: words for words in FILTERS})
    app.jinja_env.filters["ago"] = lambda instant: ago(instant, utc_now())
    add_limits(app, container.db, redis_url=settings.redis_url)
    add_own_address(app, settings.public_url, is_only=settings.has_public_url)
    add_body_limits(app)
    add_static_files(app)
    app.register_blueprint(listening_pages.blueprint)
    app.register_blueprint(audio.blueprint)
    app.register_blueprint(health.blueprint)
    add_last_known(app, container.db)
    add_dashboard(app)
    add_security_headers(app, is_https=is_https, sound_origin=_sound_origin(container))
    add_error_pages(app, container.db)
    hops = settings.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _sound_origin(container: "Container") -> str | None:
    try:
        return stored_files.sound_origin(container.store)
    except StorageError as error:
        log.error("the site starts, but audio will not play: %s", error)  # noqa: TRY400  (the message suffices)
        return None
