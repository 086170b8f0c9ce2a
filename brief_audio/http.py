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
DASHBOARD = ("admin", "login", "logout", "link")  # the first words of its addresses


def container() -> "Container":
    """Return what this application was built with."""
    return cast("Container", current_app.extensions[EXTENSION])


def public_address(path: str) -> str:
    """Return the address of `path` as the world outside sees it, whatever host this request named."""
    return container().settings.public_url + path


def wants_json() -> bool:
    """Say whether the client prefers JSON to a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def is_of_dashboard(path: str) -> bool:
    """Say whether an address is the dashboard's: what stands there is for whoever is signed in."""
    return path.lstrip("/").partition("/")[0] in DASHBOARD


def add_security_headers(app: Flask, *, is_https: bool, sound_origin: str | None) -> None:
    """Let every answer carry the security headers; a view that sets one itself keeps it.

    Nobody keeps a page of the dashboard, so that the Back button shows none of it to whoever comes next; only what a
    view calls private, as the sound that an editor hears, may be kept by that browser.

    `sound_origin` is where listeners are sent for the sound, if that is not this site.
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
