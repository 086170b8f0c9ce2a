"""Protection against cross-site request forgery (OWASP: CSRF).

Every form carries its session's token. Requests whose `Sec-Fetch-Site` header names another origin are refused too.
"""

import secrets
from hmac import compare_digest

from flask import Flask, abort, request, session
from markupsafe import Markup

from brief_audio.http.request_context import SAFE_METHODS
from brief_audio.http.statuses import MALFORMED

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
OWN = frozenset({"same-origin", "none"})  # none: a typed address or a bookmark


def add_csrf(app: Flask) -> None:
    """Refuse every state-changing request that one of our own pages did not send."""
    app.before_request(_check)
    app.jinja_env.globals["csrf_field"] = field


def token() -> str:
    """Return this session's token; the first call creates it."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(32)
    return str(session[FIELD])


def field() -> Markup:
    """Return the hidden token field for a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())


def _check() -> None:
    if request.method in SAFE_METHODS or request.routing_exception is not None:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in OWN:
        abort(403, "Another site sent this form. Open the page here and submit the form again.")
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not compare_digest(given.encode(errors="replace"), str(session.get(FIELD, "")).encode()) or not given:
        abort(
            MALFORMED,
            "This form has expired, perhaps because you signed in or out since. Reload the page and submit it again.",
        )
