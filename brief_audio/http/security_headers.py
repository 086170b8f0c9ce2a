"""The security headers that every answer carries."""

from flask import Flask, Response, request

from brief_audio.domain.cache_policy import NOT_KEPT
from brief_audio.http.request_context import is_of_dashboard

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


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
