"""No other site may let a browser that is signed in here change anything (OWASP: Cross-Site Request Forgery).

Every form carries the token of its session, and a browser that says where a request comes from is believed.
"""

import secrets
from hmac import compare_digest

from flask import Flask, abort, request, session
from markupsafe import Markup

from brief_audio.statuses import MALFORMED

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN = frozenset({"same-origin", "none"})  # none: typed, or from a bookmark


def add_csrf(app: Flask) -> None:
    """Refuse every request that changes something and was not made by a page of ours."""
    app.before_request(_check)
    app.jinja_env.globals["csrf_field"] = field


def token() -> str:
    """Return the token of this browser's session, made at its first need."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(32)
    return str(session[FIELD])


def field() -> Markup:
    """Return the hidden field that every form carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())


def _check() -> None:
    if request.method in SAFE or request.routing_exception is not None:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in OWN:
        abort(403, "This form was sent by another site. Open the page here and send it again.")
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not compare_digest(given.encode(errors="replace"), str(session.get(FIELD, "")).encode()) or not given:
        abort(
            MALFORMED,
            "This form is no longer valid: you may have signed in or out meanwhile. Load the page and send it again.",
        )
