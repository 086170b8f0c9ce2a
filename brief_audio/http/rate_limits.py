"""Rate limits: every endpoint of the site has one, and the tables here say which.

Reads are counted in each process separately: hundreds of listeners request ranges of audio all the time, and writing a
row for each would cost more than the response. Two processes therefore allow twice as many reads, which does no harm.
Changes are counted in the database (or in Redis, if configured), so that several processes share one count. While that
store does not answer, each process counts on its own: nothing becomes unlimited and no one is locked out. Requests that
need the database then report the failure themselves.
"""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g, request
from flask_limiter import Limit, Limiter, RequestLimit
from flask_login import current_user

from brief_audio.db.connection.engine import Database
from brief_audio.domain.visitors import counted_as
from brief_audio.http import known_devices
from brief_audio.http.request_context import SAFE_METHODS
from brief_audio.services.operations import rate_limit_storage

NOWHERE = "nowhere"  # stands for the endpoint of requests that match no route


@dataclass(frozen=True, slots=True)
class Budget:
    """A number of requests per minute; `from_one_address` also limits all users of one address together."""

    name: str
    a_minute: int
    asked: str  # completes the error page's "You … 11 times within a minute"
    from_one_address: int | None = None


# Generous: 200 people in an office who listen at six share one address, and a player requests many ranges.
FILES = Budget("files", 30_000, "requested styles and scripts")
SOUND = Budget("sound", 30_000, "requested audio files")
LISTENERS = Budget("pages", 6_000, "opened pages")
# Monitors ask every second or two, load balancers from several places; to either, a 429 would mean the site is down.
HEALTH = Budget("health", 1_200, "checked the site's health")
DASHBOARD = Budget("dashboard", 1_200, "opened dashboard pages")
CHANGES = Budget("changes", 120, "submitted forms")
SIGN_IN = Budget("sign-in", 30, "tried to sign in")
GENERATION = Budget("generation", 10, "requested audio generation", from_one_address=30)
PREVIEW = Budget("preview", 30, "requested previews", from_one_address=90)

BY_ADDRESS = frozenset({FILES, SOUND, LISTENERS, HEALTH, SIGN_IN})
READING = {"files": FILES, "audio": SOUND, "site": LISTENERS, "health": HEALTH, None: LISTENERS}  # by blueprint
# By endpoint: those that cost more than writing a row. Every other change counts against CHANGES.
CHANGING = {
    "sign_in.enter": SIGN_IN,
    "links.enter": SIGN_IN,
    "generating.generate": GENERATION,
    "generating.retry": GENERATION,
    "schedule_edits.run": GENERATION,
    "previews.regenerate": GENERATION,
    "previews.item": PREVIEW,
    "previews.say": PREVIEW,
}


def add_limits(app: Flask, database: Database, *, redis_url: str | None = None) -> None:
    """Count every request to `app` before it is handled."""
    reading = Limiter(
        _caller,
        default_limits=[Limit(_reading, scope=_scope, shared=True, exempt_when=_is_off)],
        storage_uri=f"{rate_limit_storage.OWN}://",
        request_identifier=_asked_for,
        on_breach=_remember,
    )
    options = {"socket_timeout": 1, "socket_connect_timeout": 1} if redis_url else {"database": database}
    changing = Limiter(
        _caller,
        default_limits=[
            Limit(_changing, scope=_scope, shared=True, exempt_when=_is_off),
            Limit(_changing_from_one_address, key_function=address, scope=_scope, shared=True, exempt_when=_is_off),
        ],
        storage_uri=redis_url or f"{rate_limit_storage.SHARED}://",
        storage_options=cast("dict[str, str | int]", options | {"wrap_exceptions": True}),  # passed on unchanged
        key_prefix="brief-audio",
        in_memory_fallback_enabled=True,
        request_identifier=_asked_for,
        on_breach=_remember,
    )
    for limiter in (reading, changing):
        limiter.init_app(app)


def budget(endpoint: str | None, method: str) -> Budget:
    """Return the budget for requests to an endpoint with this method."""
    if method not in SAFE_METHODS:
        return CHANGING.get(endpoint or "", CHANGES)
    blueprint = endpoint.rpartition(".")[0] if endpoint and "." in endpoint else None
    return READING.get(blueprint, DASHBOARD)


def present_budget() -> Budget:
    """Return the current request's budget."""
    return budget(request.endpoint, request.method)


def breach() -> RequestLimit | None:
    """Return the limit that this request exceeded, if any."""
    return cast("RequestLimit | None", g.get("breach"))


def address() -> str:
    """Return the client's address to count by; behind trusted proxies, the one they report."""
    return counted_as(request.remote_addr or "unknown")


def _caller() -> str:
    """Return the signed-in user, else the client's address; listeners' requests are not looked up in the database.

    A browser that has signed in before is counted separately, so that others at its address can't block its sign-in.
    """
    if present_budget() not in BY_ADDRESS and current_user.is_authenticated:
        return f"user {current_user.who.user_id}"
    if present_budget() is SIGN_IN and (presented := known_devices.presented()):
        return f"device {presented[0].device_id}"
    return address()


def _is_off() -> bool:
    """Return whether a benchmark has switched the limits off; no setting can."""
    return not current_app.config["RATELIMIT_ENABLED"]


def _asked_for() -> str:
    return request.endpoint or NOWHERE


def _scope(_endpoint: str) -> str:
    return present_budget().name


def _reading() -> str:
    return _per_minute(present_budget().a_minute) if request.method in SAFE_METHODS else ""


def _changing() -> str:
    return "" if request.method in SAFE_METHODS else _per_minute(present_budget().a_minute)


def _changing_from_one_address() -> str:
    return "" if request.method in SAFE_METHODS else _per_minute(present_budget().from_one_address)


def _per_minute(count: int | None) -> str:
    return f"{count}/minute" if count else ""


def _remember(over: RequestLimit) -> None:
    g.breach = over
