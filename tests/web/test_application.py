"""What holds for every answer: headers, error pages, static files, proxies."""

import re
from dataclasses import replace

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from brief_audio.app import create_app
from brief_audio.db.connection.engine import Database
from brief_audio.domain.errors import QueueFullError
from brief_audio.http.security_headers import SECURITY_HEADERS
from brief_audio.web.static_files import FOLDER
from tests.web.editions import Published, Settings, SiteParts


def test_health_answers_without_a_database(client: FlaskClient) -> None:
    assert client.get("/health").json == {"status": "ok"}


@pytest.mark.parametrize("address", ["/", "/nothing", "/health", "/audio/nothing.mp3"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_a_site_on_https_asks_browsers_to_stay_there(parts: SiteParts) -> None:
    app = create_app(replace(parts, settings=Settings(public_url="https://audio.example.org")))

    assert app.test_client().get("/health").headers["Strict-Transport-Security"] == "max-age=31536000"
    assert app.config["SESSION_COOKIE_SECURE"]


def test_a_wrong_address_gets_a_page_in_our_look(client: FlaskClient) -> None:
    answer = client.get("/nothing")

    assert answer.status_code == 404
    assert "Page not found" in answer.text
    assert "look/base.css" in answer.text


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.post("/")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "Method not allowed" in answer.text


def test_who_prefers_json_gets_a_problem(client: FlaskClient) -> None:
    answer = client.get("/nothing", headers={"Accept": "application/json"})

    assert answer.content_type == "application/problem+json"
    assert answer.json == {"status": 404, "title": "Not Found", "number": None}


@pytest.mark.parametrize("host", ["..", ".example.org", "a" * 9000, "b" * 64 + ".example.org"])
@pytest.mark.parametrize("address", ["/", "/health", "/audio/nothing.mp3"])
def test_a_host_that_cannot_exist_gets_a_page_and_no_trace(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, address: str, host: str
) -> None:
    answer = client.get(address, headers={"Host": host})

    assert answer.status_code == 400
    assert "Invalid request" in answer.text
    assert "look/base.css" in answer.text
    assert "Content-Security-Policy" in answer.headers
    assert not caplog.records


@pytest.mark.parametrize(("code", "title"), [(400, "Invalid request"), (413, "Upload too large")])
def test_a_refused_request_gets_a_page_with_every_header(app: Flask, code: int, title: str) -> None:
    app.add_url_rule("/refused", view_func=lambda: app.aborter(code))

    answer = app.test_client().get("/refused")

    assert answer.status_code == code
    assert title in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert SECURITY_HEADERS.items() <= dict(answer.headers).items()


def test_a_broken_view_shows_a_number_and_no_secrets(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("password=hunter2")

    answer = app.test_client().get("/broken")

    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    number = re.search("<code>([0-9a-f]{8})</code>", answer.text)
    assert number is not None
    assert f"error {number[1]}" in caplog.text


def test_a_database_that_does_not_answer_is_told_as_such(parts: SiteParts) -> None:
    nowhere = Database("postgresql:///none?host=/nonexistent", name="nowhere")

    answer = create_app(replace(parts, db=nowhere)).test_client().get("/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Temporarily unavailable" in answer.text


def test_a_full_queue_says_when_to_come_back(app: Flask) -> None:
    @app.get("/full")
    def full() -> str:
        raise QueueFullError("the queue is full")

    answer = app.test_client().get("/full")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_an_unknown_error_of_a_client_is_still_a_page(app: Flask) -> None:
    @app.get("/tea")
    def tea() -> str:
        request.environ["brewed"] = True
        return app.aborter(418)

    answer = app.test_client().get("/tea")

    assert answer.status_code == 418
    assert "I&#39;m a teapot" in answer.text


def test_static_files_are_kept_for_a_year_under_their_version(client: FlaskClient, published: Published) -> None:
    sheets = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/briefs/morning-brief-2026-03-20").text)

    assert len(sheets) >= 7
    for sheet in sheets:
        answer = client.get(sheet, buffered=True)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert client.get(sheet, headers={"If-None-Match": answer.headers["ETag"]}, buffered=True).status_code == 304


def test_a_page_from_before_a_deployment_finds_its_files(client: FlaskClient) -> None:
    answer = client.get("/static/000000000000/player.js", buffered=True)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["../app.py", "..%2f..%2fapp.py", "none.css", ""])
def test_nothing_but_static_files_is_static(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/0/{name}").status_code == 404


def test_style_sheets_name_only_files_that_exist() -> None:
    for sheet in FOLDER.glob("look/*.css"):
        for address in re.findall(r'url\("([^"]+)"\)', sheet.read_text()):
            assert (sheet.parent / address).resolve().is_file(), address


def test_no_page_has_styles_that_the_policy_blocks(client: FlaskClient, published: Published) -> None:
    for address in ("/", "/briefs/morning-brief-2026-03-20", "/nothing"):
        html = client.get(address).text
        assert " style=" not in html
        assert "<style" not in html
        assert " on" + "click=" not in html


@pytest.mark.parametrize(
    ("hops", "address"), [(0, "127.0.0.1 http localhost"), (1, "203.0.113.9 https audio.example.org")]
)
def test_only_the_proxies_that_were_counted_are_believed(parts: SiteParts, hops: int, address: str) -> None:
    app = create_app(replace(parts, settings=Settings(trusted_proxies=hops)))

    @app.get("/who")
    def who() -> str:
        return f"{request.remote_addr} {request.scheme} {request.host}"

    forwarded = {
        "X-Forwarded-For": "198.51.100.7, 203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "audio.example.org",
    }
    assert app.test_client().get("/who", headers=forwarded).text == address
