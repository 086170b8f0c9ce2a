"""What a view knows of its application and request."""

from typing import TYPE_CHECKING, cast

from flask import current_app, request

if TYPE_CHECKING:
    from brief_audio.bootstrap import Container

EXTENSION = "brief_audio"
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


SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
