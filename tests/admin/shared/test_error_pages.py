"""What goes wrong is said on a page: what it was, what to do, and the way back."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import select

from admin.shared.current_user import needs
from brief_audio.app import create_app
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import ErrorGroup
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotAllowedError, StorageError
from brief_audio.http import rate_limits
from brief_audio.http.body_limits import FORM, MOST_BYTES, MOST_FIELDS, MOST_FORM_BYTES
from brief_audio.http.security_headers import SECURITY_HEADERS
from tests.admin.browser import Browser
from tests.site import open_site
from tests.web.editions import Settings, SiteParts


@pytest.fixture
def app(parts: SiteParts) -> Flask:
    """A site with a page that breaks with what `breaks_with` says, and one that refuses."""
    app = open_site(parts)

    @app.get("/admin/broken")
    @needs(Role.VIEWER)
    def broken() -> str:
        raise app.config["BREAKS_WITH"]

    app.add_url_rule("/admin/refused", view_func=lambda: abort(400, "This <b>list</b> knows no such filter."))
    return app


def breaks_with(app: Flask, error: Exception) -> None:
    app.config["BREAKS_WITH"] = error


def groups(database: Database) -> list[ErrorGroup]:
    with database.transaction() as session:
        return list(session.execute(select(ErrorGroup)).scalars())


def test_an_address_where_nothing_is_leads_back_to_today(viewer: Browser, client: FlaskClient) -> None:
    page = viewer.get("/admin/nothing")

    assert page.status_code == 404
    assert "Page not found" in page.text
    assert 'href="/admin/"' in page.text
    assert "Back to Today" in page.text
    assert "Back to Today" not in client.get("/admin/nothing").text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInputError("the title is too long"), 422),
        (ConflictError("the title is too long"), 409),
        (NotAllowedError("the title is too long"), 403),
    ],
)
def test_the_sentence_of_an_error_stands_on_its_page(
    viewer: Browser, app: Flask, error: Exception, status: int
) -> None:
    breaks_with(app, error)

    page = viewer.get("/admin/broken")

    assert page.status_code == status
    assert "The title is too long." in page.text
    assert groups(app.extensions["brief_audio"].db) == []


def test_the_sentence_given_to_abort_stands_on_the_page(viewer: Browser) -> None:
    assert "This &lt;b&gt;list&lt;/b&gt; knows no such filter." in viewer.get("/admin/refused").text


def test_a_form_that_was_refused_leads_back_to_its_page(viewer: Browser) -> None:
    ours, foreign = "http://localhost/admin/?day=1", "http://evil.example/admin/"

    page = viewer.client.post("/logout", headers={"Referer": ours})
    other = viewer.client.post("/logout", headers={"Referer": foreign})

    assert page.status_code == 400
    assert "This form has expired" in page.text
    assert 'href="/admin/?day=1"' in page.text
    assert "evil" not in other.text


@pytest.mark.parametrize("referrer", ["http://[", "http://localhost//evil.example/admin/", "http://localhost:x/admin/"])
def test_a_referrer_that_makes_no_sense_leads_nowhere(client: FlaskClient, viewer: Browser, referrer: str) -> None:
    """Red without `ValueError` or `local_path` in `brief_audio/http/error_pages.py:_back`."""
    for browser in (client, viewer.client):
        page = browser.post("/logout", headers={"Referer": referrer})

        assert page.status_code == 400
        assert "evil" not in page.text


def test_a_broken_page_shows_the_number_that_the_errors_page_knows(
    viewer: Browser, app: Flask, database: Database
) -> None:
    breaks_with(app, RuntimeError("password=hunter2"))

    page = viewer.get("/admin/broken")

    number = re.search("<code>([0-9a-f]{8})</code>", page.text)
    assert page.status_code == 500
    assert number is not None
    [group] = groups(database)
    assert (group.source, group.place, group.number) == ("http", "broken", number[1])
    assert "test_error_pages.py" in group.sample
    assert "hunter2" not in page.text + group.sample + group.title


def test_a_store_that_does_not_answer_is_kept_as_the_stores(viewer: Browser, app: Flask, database: Database) -> None:
    breaks_with(app, StorageError("the bucket did not answer"))

    page = viewer.get("/admin/broken")

    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert [(group.source, group.title) for group in groups(database)] == [("store", "The bucket did not answer")]


def test_without_the_database_whoever_is_signed_in_gets_a_page_all_the_same(viewer: Browser, parts: SiteParts) -> None:
    """Red where the error page asks again who is signed in: an error in the page about an error has no page."""
    cookie = viewer.client.get_cookie("session")
    assert cookie is not None
    nowhere = Database("postgresql:///none?host=/nonexistent", name="nowhere")
    client = create_app(replace(parts, db=nowhere)).test_client()
    client.set_cookie("session", cookie.value)

    for path in ("/admin/", "/", "/nothing"):
        page = client.get(path)
        assert page.status_code in {404, 503}
        assert "<h1" in page.text


def test_whoever_asks_too_often_is_told_when_to_come_back(editor: Browser) -> None:
    token = editor.token()
    for _ in range(rate_limits.CHANGES.a_minute):
        editor.client.post("/nowhere", data={"csrf_token": token})

    page = editor.client.post("/logout", data={"csrf_token": token})

    assert page.status_code == 429
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    assert "You submitted forms 121 times within a minute; the limit is 120. Nothing is lost" in page.text
    assert re.search(
        r'Try again at <strong><time datetime="[^"]+" title="[^"]+">\d\d:\d\d:\d\d</time></strong>', page.text
    )


def test_a_stranger_at_the_door_is_told_too(client: FlaskClient) -> None:
    for _ in range(rate_limits.SIGN_IN.a_minute):
        client.post("/login")

    page = client.post("/login")

    assert page.status_code == 429
    assert "You tried to sign in 31 times" in page.text
    assert (SECURITY_HEADERS | {"Cache-Control": "no-store"}).items() <= dict(page.headers).items()


@pytest.mark.parametrize("path", ["/admin/", "/login", "/admin/nothing", "/link/nothing"])
def test_nobody_keeps_a_page_of_the_dashboard(viewer: Browser, path: str) -> None:
    headers = viewer.get(path).headers

    assert headers["Cache-Control"] == "no-store"
    assert SECURITY_HEADERS.items() <= dict(headers).items()
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_on_https_the_cookie_is_this_hosts_alone(parts: SiteParts) -> None:
    app = create_app(replace(parts, settings=Settings(public_url="https://audio.example.org")))

    answer = app.test_client().get("/login", base_url="https://audio.example.org")

    assert answer.headers["Set-Cookie"].startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(answer.headers["Set-Cookie"].split("; "))
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "body", [b"&".join([b"a=1"] * 1_000_000), b"a&" * 1_000_000, b"&" * 1_000_000, b"a=" + b"x" * MOST_FORM_BYTES]
)
def test_a_form_of_a_million_fields_is_refused_before_it_is_taken_apart(client: FlaskClient, body: bytes) -> None:
    page = client.post("/login", data=body, content_type=FORM)

    assert page.status_code == 413
    assert "Upload too large" in page.text
    assert re.search(r"This form has more than (5,000 fields|4 MB of text)", page.text)


def test_a_form_of_many_parts_is_refused(client: FlaskClient) -> None:
    parts = b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(MOST_FIELDS + 1))

    page = client.post("/login", data=parts + b"--x--\r\n", content_type="multipart/form-data; boundary=x")

    assert page.status_code == 413


def test_a_body_of_a_gigabyte_is_refused_unread(client: FlaskClient) -> None:
    unread = BytesIO(b"a=1")

    said = {"CONTENT_LENGTH": str(10**9)}
    page = client.post("/login", input_stream=unread, content_type=FORM, environ_overrides=said)

    assert page.status_code == 413
    assert unread.tell() == 0


def test_a_file_of_a_megabyte_and_a_long_brief_pass(client: FlaskClient) -> None:
    browser = Browser(client)
    token, long_text = browser.token(), "ا" * 500_000
    head = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n--x\r\n'
    file = b'Content-Disposition: form-data; name="file"; filename="brief.md"\r\n\r\n' + b"x" * 1_000_000 + b"\r\n--x--"

    written = client.post("/login", data={"csrf_token": token, "text": long_text})
    uploaded = client.post("/login", data=head.encode() + file, content_type="multipart/form-data; boundary=x")

    assert (written.status_code, uploaded.status_code) == (422, 422)  # read to the end: this form has no such field
    assert MOST_BYTES > MOST_FORM_BYTES > len("%D8%A7") * len(long_text)
