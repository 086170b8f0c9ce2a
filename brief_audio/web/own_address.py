"""The site's own address: only `BRIEF_PUBLIC_URL` says what it is, never the host that a request names.

Anyone can send any `Host` (or, through many proxies, any `X-Forwarded-Host`). A redirect or a link made from it would
send other people wherever the sender likes once a cache has kept it.
"""

import re
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadHost
from werkzeug.routing import RequestRedirect

from brief_audio.http import wants_json
from brief_audio.web.refusals import bare_page

MISDIRECTED = 421  # RFC 9110, 15.5.20
BY_ADDRESS = frozenset({"health"})  # blueprints that load balancers ask by address
HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\[\]:@/?#\\\s]+?)\.?(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
DEFAULT_PORTS = {"http": 80, "https": 443}


def add_own_address(app: Flask, public_url: str, *, is_only: bool) -> None:
    """Make every redirect relative; where the address `is_only`, refuse requests for any other host."""
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
    """Return the name and the port of a `Host` header; None where it is not one."""
    found = HOST.fullmatch(host)
    return (found["name"].lower(), int(found["port"] or default_port)) if found else None


def _authority(public_url: str) -> str:
    """Return the host of our address as browsers send it."""
    parts = urlsplit(public_url)
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name.encode("idna").decode("ascii")
    return f"{name}:{parts.port}" if parts.port else name


def _refusal(public_url: str) -> Response:
    title, sentence = "Wrong address", f"Nothing is served under the name that you used. Open {public_url} instead."
    if wants_json():
        abort(MISDIRECTED, sentence)
    return Response(
        bare_page(title, sentence),
        MISDIRECTED,
        {"Cache-Control": "no-store"},  # a style sheet would be refused like the page
        mimetype="text/html",
    )


def _redirect_by_path() -> ResponseReturnValue | None:
    """Put a missing slash right by path alone; the framework would name the request's host."""
    wanted = request.routing_exception
    if not isinstance(wanted, RequestRedirect):
        return None
    parts = urlsplit(wanted.new_url)
    path = "/" + parts.path.lstrip("/")  # two slashes would begin the name of a host
    return redirect(f"{path}?{parts.query}" if parts.query else path, wanted.code)
