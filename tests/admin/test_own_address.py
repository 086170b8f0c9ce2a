"""The site's own address: no answer repeats the host that a request names, and a wrong one is refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from brief_audio.app import create_app
from brief_audio.domain.accounts import Role
from tests.admin.browser import Browser
from tests.web.editions import Published, Settings, SiteParts, add_edition, add_show

OTHER = "other.example"
OURS = "https://audio.example.org"
SET = Settings(public_url=OURS, has_public_url=True)


@pytest.fixture
def published(parts: SiteParts, tmp_path: Path) -> Published:
    sound = tmp_path / "sound.mp3"
    sound.write_bytes(b"sound" * 100)
    add_show(parts.db)
    return add_edition(parts.db, parts.store, sound)


@pytest.fixture
def addressed(parts: SiteParts) -> FlaskClient:
    """A browser before a site whose address was set."""
    return create_app(replace(parts, settings=SET)).test_client()


def paths(app: Flask, published: Published) -> Iterator[str]:
    """Every address of the site, and each of those that end in a slash without it."""
    bound = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            known = {"slug": published.slug, "name": published.names.audio}
            path = bound.build(rule.endpoint, {place: known.get(place, "1") for place in rule.arguments})
            yield from {path, path.rstrip("/") or "/"}


@pytest.mark.parametrize("proxies", [0, 1])
def test_no_answer_repeats_the_host_that_was_named(
    parts: SiteParts, published: Published, signed_in: Callable[[Role], Browser], proxies: int
) -> None:
    signed = signed_in(Role.ADMIN).client.get_cookie("session")
    app = create_app(replace(parts, settings=Settings(trusted_proxies=proxies)))
    named = {"Host": OTHER, "X-Forwarded-Host": OTHER, "Origin": f"http://{OTHER}", "Referer": f"http://{OTHER}/"}
    client = app.test_client(use_cookies=False)
    assert signed is not None
    named["Cookie"] = f"session={signed.value}"

    answers = [client.get(path, headers=named, buffered=True) for path in paths(app, published)]

    assert {200, 308} <= {answer.status_code for answer in answers}
    for answer in answers:
        assert OTHER not in str(answer.headers) + answer.text, answer.request.path


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_forgotten_slash_is_put_right_on_whatever_host(client: FlaskClient, method: str) -> None:
    answer = client.open("/admin?day=2026-03-20&of=a%2Fb", method=method, headers={"Host": OTHER})

    assert (answer.status_code, answer.headers["Location"]) == (308, "/admin/?day=2026-03-20&of=a%2Fb")


@pytest.mark.parametrize("path", ["/", "/admin", "/admin/", "/login", "/static/0/player.js", "/nothing"])
@pytest.mark.parametrize(
    "host", [OTHER, f"{OTHER}:443", "audio.example.org.other.example", "audio.example.org:8000", "a@audio.example.org"]
)
def test_another_host_is_refused_where_the_address_was_set(addressed: FlaskClient, path: str, host: str) -> None:
    answer = addressed.get(path, headers={"Host": host})

    assert answer.status_code == 421
    assert f"Open {OURS} instead." in answer.text
    assert host not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_form_for_another_host_is_refused(addressed: FlaskClient) -> None:
    assert addressed.post("/login", headers={"Host": OTHER}).status_code == 421


def test_a_request_without_a_host_is_refused_too(addressed: FlaskClient) -> None:
    answer = addressed.get("/", environ_overrides={"HTTP_HOST": "", "SERVER_NAME": "waitress.invalid"})

    assert answer.status_code == 421


@pytest.mark.parametrize("path", ["/health", "/ready", "/health/shows"])
def test_a_balancer_may_ask_by_address(addressed: FlaskClient, path: str) -> None:
    assert addressed.get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.parametrize(
    "host", ["audio.example.org", "AUDIO.example.org", "audio.example.org:443", "audio.example.org."]
)
def test_our_own_host_is_answered_however_it_is_written(addressed: FlaskClient, host: str) -> None:
    assert addressed.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("public_url", "host"),
    [
        ("http://127.0.0.1:8123", "127.0.0.1:8123"),
        ("http://[::1]:8123", "[::1]:8123"),
        ("http://radio.example.org:80", "radio.example.org"),
        ("https://bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_the_host_is_that_of_the_address(parts: SiteParts, public_url: str, host: str) -> None:
    app = create_app(replace(parts, settings=Settings(public_url=public_url, has_public_url=True)))

    assert app.test_client().get("/", headers={"Host": host}).status_code == 200
    assert app.test_client().get("/", headers={"Host": OTHER}).status_code == 421


def test_what_a_proxy_calls_the_host_is_what_counts(parts: SiteParts) -> None:
    client = create_app(replace(parts, settings=replace(SET, trusted_proxies=1))).test_client()

    assert client.get("/", headers={"Host": "10.0.0.7", "X-Forwarded-Host": "audio.example.org"}).status_code == 200
    assert client.get("/", headers={"Host": "audio.example.org", "X-Forwarded-Host": OTHER}).status_code == 421


def test_who_prefers_json_is_told_in_json(addressed: FlaskClient) -> None:
    answer = addressed.get("/", headers={"Host": OTHER, "Accept": "application/json"})

    assert (answer.status_code, answer.content_type) == (421, "application/problem+json")
    assert f"Open {OURS} instead." in (answer.json or {})["detail"]


def test_any_host_is_answered_where_no_address_was_set(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": OTHER}).status_code == 200
