"""Flask helpers that the site and the dashboard share."""

from typing import TYPE_CHECKING, cast

from flask import Flask, Response, current_app, request

from brief_audio.domain.cache_policy import NOT_KEPT

if TYPE_CHECKING:
    from brief_audio.bootstrap import Container

EXTENSION = "brief_audio"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
DASHBOARD = ("admin", "login", "logout", "link")  # the first path segments of its pages


def container() -> "Container":
    """Return the container of the current application."""
    return cast("Container", current_app.extensions[EXTENSION])


def public_address(path: str) -> str:
    """Return the public URL of `path`, regardless of the request's host."""
    return container().settings.public_url + path


def wants_json() -> bool:
    """Return whether the client prefers JSON to a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def is_of_dashboard(path: str) -> bool:
    """Return whether the path belongs to the dashboard, whose pages are for signed-in users."""
    return path.lstrip("/").partition("/")[0] in DASHBOARD


def add_security_headers(app: Flask, *, is_https: bool, sound_origin: str | None) -> None:
    """Add the security headers to every response; a header set by a view takes precedence.

    Dashboard pages are never cached, so that the Back button shows nothing to the next person at the computer. Only
    responses that a view marks as private, such as previews, may be cached by the browser.

    `sound_origin` is the origin that serves the audio, if it is not this site.
    """
    headers = SECURITY_HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if is_https else {})
    if sound_origin is not None:
        allowed = CONTENT_SECURITY_POLICY.replace("media-src 'self'", f"media-src 'self' {sound_origin}")
        headers["Content-Security-Policy"] = allowed

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if is_of_dashboard(request.path) and not response.cache_control.private:
            response.headers["Cache-Control"] = NOT_KEPT
        return response
