"""Take the site's address from `BRIEF_PUBLIC_URL` only, never from the host in a request.

Anyone can send any `Host` header (or, through many proxies, any `X-Forwarded-Host`). A redirect or link built from it
could be cached and then send other visitors to the attacker's site.
"""

import re
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadHost
from werkzeug.routing import RequestRedirect

from brief_audio.http.request_context import wants_json
from brief_audio.web.server_refusals import bare_page

MISDIRECTED = 421  # RFC 9110, 15.5.20
BY_ADDRESS = frozenset({"health"})  # blueprints that load balancers request by IP address
HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\[\]:@/?#\\\s]+?)\.?(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
DEFAULT_PORTS = {"http": 80, "https": 443}


def add_own_address(app: Flask, public_url: str, *, is_only: bool) -> None:
    """Make every redirect relative; if `is_only`, reject requests for any other host."""
    if is_only:
        default_port = DEFAULT_PORTS[urlsplit(public_url).scheme]
        ours = named_host(_authority(public_url), default_port)

        @app.before_request
        def _refuse_other_hosts() -> Response | None:
            is_answered = request.blueprint in BY_ADDRESS or isinstance(request.routing_exception, BadHost)
            if is_answered or named_host(request.host, default_port) == ours:
                return None
            return _refusal(public_url)

    app.before_request(_redirect_by_path)


def named_host(host: str, default_port: int) -> tuple[str, int] | None:
    """Return the name and port of a `Host` header; None if it is invalid."""
    found = HOST.fullmatch(host)
    return (found["name"].lower(), int(found["port"] or default_port)) if found else None


def _authority(public_url: str) -> str:
    """Return the host and port of the site's address as browsers send them."""
    parts = urlsplit(public_url)
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name.encode("idna").decode("ascii")
    return f"{name}:{parts.port}" if parts.port else name


def _refusal(public_url: str) -> Response:
    title, sentence = "Wrong address", f"This site has a different address. Open {public_url} instead."
    if wants_json():
        abort(MISDIRECTED, sentence)
    return Response(
        bare_page(title, sentence),
        MISDIRECTED,
        {"Cache-Control": "no-store"},  # a style sheet request would be rejected too
        mimetype="text/html",
    )


def _redirect_by_path() -> ResponseReturnValue | None:
    """Redirect to the path with the missing slash; Flask's own redirect would contain the request's host."""
    wanted = request.routing_exception
    if not isinstance(wanted, RequestRedirect):
        return None
    parts = urlsplit(wanted.new_url)
    path = "/" + parts.path.lstrip("/")  # two slashes would start a host name
    return redirect(f"{path}?{parts.query}" if parts.query else path, wanted.code)
