"""How often whom may ask for what: every endpoint of the site has a limit, and this table says which.

What only reads is counted in each process by itself: hundreds of listeners ask for ranges of sound all the time, and a
row written for each of them would cost more than the answer; two processes then allow twice as much of it, which harms
nobody. What changes something is counted in the database (or in Redis, where there is one), where several processes
count as one. While that does not answer, each process goes on counting for itself: nothing becomes unlimited, and
nobody is locked out by it; what then needs the database says so itself.
"""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g, request
from flask_limiter import Limit, Limiter, RequestLimit
from flask_login import current_user

from admin import known_devices
from admin.csrf import SAFE
from admin.signed_in import who
from brief_audio.db.engine import Database
from brief_audio.domain.visitors import counted_as
from brief_audio.services import rate_counting

NOWHERE = "nowhere"  # what is asked for at an address where nothing is


@dataclass(frozen=True, slots=True)
class Budget:
    """What everybody may do how often a minute; `from_one_address` counts beside it, whoever is signed in there."""

    name: str
    a_minute: int
    asked: str  # "You … 11 times within a minute": what the page about it says
    from_one_address: int | None = None


# Generous: an office of two hundred that listens at six has one address, and a player asks for many ranges.
FILES = Budget("files", 30_000, "asked for styles and scripts")
SOUND = Budget("sound", 30_000, "asked for sound")
LISTENERS = Budget("pages", 6_000, "opened pages")
# A monitor asks every second or two, a balancer from several places; being told 429 it would take us for dead.
HEALTH = Budget("health", 1_200, "asked how we are")
DASHBOARD = Budget("dashboard", 1_200, "opened pages of the dashboard")
CHANGES = Budget("changes", 120, "sent forms")
SIGN_IN = Budget("sign-in", 30, "tried to sign in")
GENERATION = Budget("generation", 10, "asked for audio", from_one_address=30)
PREVIEW = Budget("preview", 30, "asked for previews", from_one_address=90)

BY_ADDRESS = frozenset({FILES, SOUND, LISTENERS, HEALTH, SIGN_IN})
READING = {"files": FILES, "audio": SOUND, "site": LISTENERS, "health": HEALTH, None: LISTENERS}  # by blueprint
# By endpoint: what costs more than a row written. All that is not named here and changes something is CHANGES.
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
    """Count every request of `app`, before anything else looks at it."""
    reading = Limiter(
        _whose,
        default_limits=[Limit(_reading, scope=_scope, shared=True, exempt_when=_is_off)],
        storage_uri=f"{rate_counting.OWN}://",
        request_identifier=_asked_for,
        on_breach=_remember,
    )
    options = {"socket_timeout": 1, "socket_connect_timeout": 1} if redis_url else {"database": database}
    changing = Limiter(
        _whose,
        default_limits=[
            Limit(_changing, scope=_scope, shared=True, exempt_when=_is_off),
            Limit(_changing_from_one_address, key_function=address, scope=_scope, shared=True, exempt_when=_is_off),
        ],
        storage_uri=redis_url or f"{rate_counting.SHARED}://",
        storage_options=cast("dict[str, str | int]", options | {"wrap_exceptions": True}),  # handed on as they are
        key_prefix="brief-audio",
        in_memory_fallback_enabled=True,
        request_identifier=_asked_for,
        on_breach=_remember,
    )
    for limiter in (reading, changing):
        limiter.init_app(app)


def budget(endpoint: str | None, method: str) -> Budget:
    """Return how often an endpoint may be asked in that way."""
    if method not in SAFE:
        return CHANGING.get(endpoint or "", CHANGES)
    blueprint = endpoint.rpartition(".")[0] if endpoint and "." in endpoint else None
    return READING.get(blueprint, DASHBOARD)


def present_budget() -> Budget:
    """Return the budget of this request."""
    return budget(request.endpoint, request.method)


def breach() -> RequestLimit | None:
    """Return which limit this request was over, if any."""
    return cast("RequestLimit | None", g.get("breach"))


def address() -> str:
    """Return who asks, as far as the network tells; behind proxies, what as many of them say as we trust."""
    return counted_as(request.remote_addr or "unknown")


def _whose() -> str:
    """Return who is signed in, or from where a stranger asks; listeners are not looked up in the database for it.

    A browser that signed in before is counted by itself: others at its address do not hold up its next sign-in.
    """
    if present_budget() not in BY_ADDRESS and current_user.is_authenticated:
        return f"user {who().user_id}"
    if present_budget() is SIGN_IN and (presented := known_devices.presented()):
        return f"device {presented[0].device_id}"
    return address()


def _is_off() -> bool:
    """Say whether a measurement has switched the limits off; no setting does."""
    return not current_app.config["RATELIMIT_ENABLED"]


def _asked_for() -> str:
    return request.endpoint or NOWHERE


def _scope(_endpoint: str) -> str:
    return present_budget().name


def _reading() -> str:
    return _per_minute(present_budget().a_minute) if request.method in SAFE else ""


def _changing() -> str:
    return "" if request.method in SAFE else _per_minute(present_budget().a_minute)


def _changing_from_one_address() -> str:
    return "" if request.method in SAFE else _per_minute(present_budget().from_one_address)


def _per_minute(count: int | None) -> str:
    return f"{count}/minute" if count else ""


def _remember(over: RequestLimit) -> None:
    g.breach = over
