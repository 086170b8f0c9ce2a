"""Request every page of the dashboard repeatedly; measure response times and count queries."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import quantiles

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.routing import Rule

from bench.pages.samples import SOUND
from bench.product import BenchmarkError

WARM_UPS, REQUESTS = 3, 40
OK = 200
PARAMETER = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>")


@dataclass(frozen=True, slots=True)
class MeasuredPage:
    """One address with its response times in milliseconds and its number of queries."""

    address: str
    p50_ms: float
    p95_ms: float
    queries: int


def addresses(app: Flask, samples: dict[str, dict[str, str]], more: Iterable[str]) -> list[str]:
    """Return an address for every page open to signed-in users, and the addresses in `more`.

    `samples` has parameter values by endpoint. A page with unknown parameters raises an error that names it.
    """
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and _is_page(app, rule)]
    return sorted({*(_address(rule, samples) for rule in rules), *more})


def measure(client: FlaskClient, engine: Engine, address: str) -> MeasuredPage:
    """Request a page repeatedly; raise `BenchmarkError` if it doesn't answer with a page."""
    queries = 0

    def count(*_: object) -> None:
        nonlocal queries
        queries += 1

    for _ in range(WARM_UPS):
        _ask(client, address)
    event.listen(engine, "after_cursor_execute", count)
    try:
        _ask(client, address)
    finally:
        event.remove(engine, "after_cursor_execute", count)
    taken = [_ask(client, address) for _ in range(REQUESTS)]
    cuts = quantiles(taken, n=100)
    return MeasuredPage(address, cuts[49], cuts[94], queries)


def _ask(client: FlaskClient, address: str) -> float:
    began = time.perf_counter()
    response = client.get(address)
    response.get_data()
    if response.status_code != OK:
        raise BenchmarkError(f"{address} answered {response.status}")
    return (time.perf_counter() - began) * 1000


def _is_page(app: Flask, rule: Rule) -> bool:
    return hasattr(app.view_functions[rule.endpoint], "needed_role") and rule.endpoint not in SOUND


def _address(rule: Rule, samples: dict[str, dict[str, str]]) -> str:
    given = samples.get("", {}) | samples.get(rule.endpoint, {})
    missing = [name for name in PARAMETER.findall(rule.rule) if name not in given]
    if missing:
        raise BenchmarkError(f"{rule.endpoint} ({rule.rule}) has no sample for {', '.join(missing)}: add one")
    return PARAMETER.sub(lambda found: given[found[1]], rule.rule)
