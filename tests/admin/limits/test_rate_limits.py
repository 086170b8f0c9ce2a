"""How often whom may ask: every endpoint counts, several processes count as one, a forged address changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from brief_audio.app import create_app
from brief_audio.db.connection.engine import Database
from brief_audio.http import rate_limits
from tests.admin.browser import Browser
from tests.factories import PASSWORD
from tests.web.editions import Settings, SiteParts

FORWARDED = "X-Forwarded-For"


def try_to_sign_in(client: FlaskClient, **headers: str) -> int:
    """Send a form without its token: it is counted before anything else looks at it."""
    return client.post("/login", data={"email": "nobody@example.org"}, headers=headers).status_code


def is_counted(app: Flask, rule: Rule, method: str) -> bool:
    with app.test_request_context("/", method=method):
        request.url_rule, request.routing_exception = rule, None
        with suppress(HTTPException):  # a form without its token, for one: it was counted before
            app.preprocess_request()
        return any(limiter.current_limits for limiter in app.extensions["limiter"])


def test_every_endpoint_is_counted_in_each_of_its_ways(app: Flask) -> None:
    ways = [(rule, method) for rule in app.url_map.iter_rules() for method in rule.methods or ()]

    assert len(ways) > 20
    assert [f"{method} {rule}" for rule, method in ways if not is_counted(app, rule, method)] == []


def test_what_has_a_stricter_limit_exists(app: Flask) -> None:
    assert sorted(rate_limits.CHANGING.keys() - app.view_functions.keys()) == []


def test_an_address_where_nothing_is_counts_too(client: FlaskClient) -> None:
    app = client.application

    with app.test_request_context("/nowhere"):
        app.preprocess_request()
        counted = [one for limiter in app.extensions["limiter"] for one in limiter.current_limits]

    assert [one.limit.amount for one in counted] == [rate_limits.LISTENERS.a_minute]


def test_signing_in_is_limited_to_the_address(client: FlaskClient) -> None:
    answers = [try_to_sign_in(client) for _ in range(rate_limits.SIGN_IN.a_minute + 2)]

    assert answers == [400] * rate_limits.SIGN_IN.a_minute + [429] * 2
    assert client.post("/login", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 400


@pytest.mark.parametrize(("proxies", "is_believed"), [(0, False), (1, True)])
def test_a_forged_address_changes_nothing(parts: SiteParts, proxies: int, is_believed: bool) -> None:
    """Red without ProxyFix being told how many proxies there are: only what they say counts, never the client's."""
    client = create_app(replace(parts, settings=Settings(trusted_proxies=proxies))).test_client()
    allowed = rate_limits.SIGN_IN.a_minute
    forged = [try_to_sign_in(client, **{FORWARDED: f"198.51.100.{number}, 203.0.113.9"}) for number in range(allowed)]

    over = try_to_sign_in(client, **{FORWARDED: "198.51.100.250, 203.0.113.9"})
    other_client_of_the_proxy = try_to_sign_in(client, **{FORWARDED: "203.0.113.10"})

    assert (set(forged), over) == ({400}, 429)
    assert (other_client_of_the_proxy == 400) is is_believed


def test_two_processes_count_as_one(parts: SiteParts) -> None:
    clients = [create_app(parts).test_client() for _ in range(2)]

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda number: try_to_sign_in(clients[number % 2]), range(60)))

    assert (answers.count(400), answers.count(429)) == (rate_limits.SIGN_IN.a_minute, 60 - rate_limits.SIGN_IN.a_minute)


def test_a_network_of_ipv6_counts_as_one(app: Flask) -> None:
    def counted_as(remote: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": remote}):
            return rate_limits.address()

    assert counted_as("2001:db8:0:1::1") == counted_as("2001:db8:0:1:ffff::2") == "2001:db8:0:1::/64"
    assert counted_as("2001:db8:0:2::1") != counted_as("2001:db8:0:1::1")
    assert counted_as("192.0.2.1") == "192.0.2.1"


def test_whoever_is_signed_in_is_counted_by_name_wherever_they_are(editor: Browser, app: Flask) -> None:
    token = editor.token()
    for number in range(rate_limits.CHANGES.a_minute):
        remote = {"REMOTE_ADDR": f"192.0.2.{number % 250}"}
        editor.client.post("/nowhere", data={"csrf_token": token}, environ_overrides=remote)

    over = editor.client.post("/nowhere", environ_overrides={"REMOTE_ADDR": "192.0.2.251"})

    assert over.status_code == 429
    assert app.test_client().post("/nowhere").status_code == 404


def test_generating_is_counted_by_user_and_by_address() -> None:
    generate = rate_limits.budget("generating.generate", "POST")

    assert (generate.a_minute, generate.from_one_address) == (10, 30)
    assert generate not in rate_limits.BY_ADDRESS
    assert rate_limits.budget("generating.generate", "GET") == rate_limits.DASHBOARD


def test_reading_costs_the_database_no_row(client: FlaskClient, database: Database) -> None:
    """Red where what only reads is counted in the database: listeners ask for ranges of sound all the time."""
    for path in ("/", "/health", "/audio/none.mp3", "/login", "/static/0/none.css"):
        client.get(path)

    with database.transaction() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM rate_window").scalar_one() == 0


def test_while_the_database_is_away_listeners_are_answered_and_doors_stay_limited(parts: SiteParts) -> None:
    """Red without `in_memory_fallback_enabled`: what changes something would be unlimited, or a 500."""
    nowhere = Database("postgresql:///none?host=/nonexistent", name="nowhere")
    client = create_app(replace(parts, db=nowhere)).test_client()

    answers = [try_to_sign_in(client) for _ in range(rate_limits.SIGN_IN.a_minute + 1)]

    assert (set(answers[:-1]), answers[-1]) == ({400}, 429)
    assert client.get("/health").status_code == 200
    assert client.get("/login").status_code == 200


def test_a_redis_that_is_away_locks_nobody_out(parts: SiteParts, editor: Browser) -> None:
    redis = replace(parts, settings=Settings(redis_url="redis://127.0.0.1:1/0"))
    browser = Browser(create_app(redis).test_client())

    assert browser.sign_in("editor@example.org", PASSWORD).status_code == 303
