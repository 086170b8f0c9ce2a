"""One's own account: the password, and the browsers that one is signed in with."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin.accounts.browser_names import browser_name
from brief_audio.db.connection.engine import Database
from brief_audio.domain.accounts import Role
from brief_audio.services.accounts import sign_in_throttle, users
from tests.admin.browser import Browser
from tests.factories import PASSWORD

NEW = "another long password"
CHANGE = {"old": PASSWORD, "password": NEW, "again": NEW}
ENDS = re.compile(r"/admin/account/sessions/[0-9]+/end")


@pytest.fixture
def other(viewer: Browser, client: FlaskClient) -> Browser:
    """Another browser of the viewer's."""
    browser = Browser(client)
    browser.sign_in("viewer@example.org")
    return browser


def test_the_new_password_counts_and_the_old_does_not(viewer: Browser, client: FlaskClient) -> None:
    viewer.post("/admin/account/password", **CHANGE)

    browser = Browser(client)
    assert browser.sign_in("viewer@example.org").status_code == 422
    assert browser.sign_in("viewer@example.org", NEW).status_code == 303


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"old": "wrong"}, "This is not your current password."),
        ({"old": ""}, "Your current password is missing."),
        ({"password": "short", "again": "short"}, "A password must have 12 to 256 characters; this one has 5."),
        ({"again": "something else"}, "match. Type the same one in both fields."),
        ({"password": PASSWORD, "again": PASSWORD}, "The new password is the same as the old one: choose another."),
        ({"user_id": "1"}, "This form has no field"),
    ],
)
def test_a_change_that_cannot_be_is_said_and_nothing_ends(
    viewer: Browser, other: Browser, changed: dict[str, str], sentence: str
) -> None:
    answer = viewer.post("/admin/account/password", **(CHANGE | changed))

    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert other.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "password", ["пароль из слов", "🎙🎸🎹🎺🎻🥁🎷🪗🎤🎧🎼🎵", "joined\u200dwords in\u00a0it", "cafe\u0301 noir walrus"]
)
def test_a_password_may_have_any_letters(viewer: Browser, client: FlaskClient, password: str) -> None:
    changed = viewer.post("/admin/account/password", **(CHANGE | {"password": password, "again": password}))

    assert changed.status_code == 303
    assert Browser(client).sign_in("viewer@example.org", password).status_code == 303


@pytest.mark.parametrize("letter", ["\0", "\t", "\x1b", "\x7f", "\x85"])
def test_a_new_password_has_no_control_characters(viewer: Browser, client: FlaskClient, letter: str) -> None:
    """Red without `NOT_TYPED` in `brief_audio/services/accounts/passwords.py`."""
    password = f"a long{letter} password"

    answer = viewer.post("/admin/account/password", **(CHANGE | {"password": password, "again": password}))

    assert answer.status_code == 422
    assert "The password has a character that cannot be typed: type it again." in answer.text
    assert Browser(client).sign_in("viewer@example.org").status_code == 303


def test_an_accent_is_the_same_however_a_keyboard_writes_it(database: Database, client: FlaskClient) -> None:
    with database.transaction() as session:
        users.create(session, "ann@example.org", "A", Role.VIEWER, actor="tests", password="caf\u00e9 noir walrus")

    assert Browser(client).sign_in("ann@example.org", "cafe\u0301 noir walrus").status_code == 303


def test_old_passwords_cannot_be_guessed_without_end(viewer: Browser) -> None:
    for _ in range(sign_in_throttle.MOST_OF_DEVICE):
        assert viewer.post("/admin/account/password", **(CHANGE | {"old": "wrong"})).status_code == 422

    answer = viewer.post("/admin/account/password", **CHANGE)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_the_list_marks_this_browser_and_offers_to_end_the_others(viewer: Browser, other: Browser) -> None:
    page = viewer.text("/admin/account")

    assert page.count("this one") == 1
    assert len(ENDS.findall(page)) == 1
    assert "127.0.0.1" in page


def test_another_browser_is_signed_out(viewer: Browser, other: Browser) -> None:
    [path] = ENDS.findall(viewer.text("/admin/account"))

    assert viewer.post(path).status_code == 303

    assert viewer.get("/admin/").status_code == 200
    assert "You were signed out from another browser." in other.get("/login").get_data(as_text=True)


def test_all_other_browsers_are_signed_out(viewer: Browser, other: Browser) -> None:
    viewer.post("/admin/account/sessions/end")

    assert "Signed out of 1 other browser." in viewer.text("/admin/account")
    assert other.get("/admin/").status_code == 303


def test_nobody_ends_a_session_of_somebody_else(viewer: Browser, editor: Browser, app: Flask) -> None:
    """Red without the user in `brief_audio/db/accounts/sessions.py:end_session`."""
    again = Browser(app.test_client())
    again.sign_in("viewer@example.org")
    [path] = ENDS.findall(again.text("/admin/account"))

    editor.post(path)

    assert viewer.get("/admin/").status_code == 200


@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 5000, "٣"])
def test_a_number_that_no_session_has_ends_nothing(viewer: Browser, number: str) -> None:
    assert viewer.post(f"/admin/account/sessions/{number}/end").status_code in {303, 404}


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/120 Safari/537 Edg/120", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.0", "curl"),
        ("Werkzeug/3.1", "Werkzeug/3.1"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_as_its_owner_calls_it(agent: str, name: str) -> None:
    assert browser_name(agent) == name
