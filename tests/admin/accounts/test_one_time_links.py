"""One-time links: the first admin's, an invitation's, and exactly one use of each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import OneTimeLink
from brief_audio.domain.accounts import Role
from brief_audio.services.accounts import one_time_links, users
from brief_audio.services.accounts.one_time_links import Chosen
from tests.admin.browser import Browser
from tests.factories import PASSWORD

NEW = "a new password, long enough"
SENT = {"name": "Ann", "password": NEW, "again": NEW}


@pytest.fixture
def path(database: Database) -> str:
    """The link of somebody who was invited."""
    with database.transaction() as session:
        made = users.create(session, "ann@example.org", "ann?", Role.EDITOR, actor="tests")
        return one_time_links.make(session, made.id, actor="tests")


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    return Browser(client)


def use(database: Database, path: str, password: str = NEW) -> str | None:
    chosen = Chosen("Ann", password)
    return one_time_links.use(database, path.rpartition("/")[2], chosen, address="192.0.2.1", agent="tests")


def test_an_invitation_sets_a_password_and_signs_in(browser: Browser, path: str) -> None:
    shown = browser.text(path)

    answer = browser.post(path, **SENT)

    assert "ann@example.org" in shown
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert "Ann, editor" in browser.text("/admin/")


def test_looking_uses_nothing_up_and_keeps_nothing(browser: Browser, path: str) -> None:
    first, second = browser.get(path), browser.get(path)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.headers["Cache-Control"] == "no-store"


def test_a_used_link_says_so(browser: Browser, path: str, app: Flask) -> None:
    browser.post(path, **SENT)
    late = Browser(app.test_client())

    answers = [late.get(path), late.post(path, **SENT)]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert "This link has been used" in answers[0].get_data(as_text=True)


def test_an_expired_link_says_so(browser: Browser, path: str, database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(OneTimeLink).values(expires_at=OneTimeLink.expires_at - timedelta(days=7)))

    answers = [browser.get(path), browser.post(path, **SENT)]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert "This link has expired" in answers[0].get_data(as_text=True)


@pytest.mark.parametrize("token", ["x", "%00", "%ED%A0%80", "a" * 3000])
def test_an_unknown_link_says_so(client: FlaskClient, token: str) -> None:
    answer = client.get(f"/link/{token}")

    assert answer.status_code == 404
    assert "This link doesn’t exist" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("password", "elevenchars", "A password must have 12 to 256 characters; this one has 11."),
        ("password", "x" * 257, "A password must have 12 to 256 characters; this one has 257."),
        ("password", "twelve\0letters", "The password has a character that cannot be typed: type it again."),
        ("again", "something else", "match. Type the same one in both fields."),
        ("name", " ", "The name is missing."),
        ("name", "A\u202eB", "The name contains a character that can"),
        ("role", "admin", "This form has no field"),
        ("email", "boss@example.org", "This form has no field"),
    ],
)
def test_what_cannot_be_chosen_is_said_and_the_link_stays(
    browser: Browser, path: str, field: str, value: str, sentence: str
) -> None:
    answer = browser.post(path, **(SENT | {field: value}))

    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert browser.post(path, **SENT).status_code == 303


def test_of_many_at_once_exactly_one_wins(database: Database, path: str) -> None:
    """Red without `used_at IS NULL` in `brief_audio/db/accounts/one_time_links.py:use_up`."""
    passwords = [f"walrus kettle harbour {number}" for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        tokens = list(threads.map(lambda password: use(database, path, password), passwords))

    assert sum(token is not None for token in tokens) == 1


def test_using_one_link_ends_the_others(database: Database, path: str) -> None:
    with database.transaction() as session:
        second = one_time_links.make_for(session, users.by_email(session, "ann@example.org").user_id, actor="tests")
    assert use(database, path) is not None

    assert use(database, second) is None


def test_a_disabled_user_has_no_link(database: Database, path: str, client: FlaskClient) -> None:
    with database.transaction() as session:
        users.disable(session, users.by_email(session, "ann@example.org").user_id, actor="tests")

    assert client.get(path).status_code == 410
    assert use(database, path) is None


def test_somebody_else_who_was_signed_in_here_is_signed_out(viewer: Browser, path: str, client: FlaskClient) -> None:
    cookie = viewer.client.get_cookie("session")
    assert cookie is not None

    viewer.post(path, **SENT)

    client.set_cookie("session", cookie.value)
    assert client.get("/admin/").status_code == 303
    assert "Ann, editor" in viewer.text("/admin/")


def test_the_first_admin_says_who_they_are(browser: Browser, database: Database) -> None:
    path = one_time_links.make_first(database, actor="run")
    assert path is not None

    answer = browser.post(path, **SENT, email="Ann@Example.org")

    assert answer.status_code == 303
    assert "Ann, admin" in browser.text("/admin/")
    with database.transaction() as session:
        assert [user.email for user in users.listed(session)] == ["ann@example.org"]


@pytest.mark.parametrize(
    ("email", "status"),
    [("ann", 422), ("a b@example.org", 422), ("\u00e4nn@example.org", 422), ("viewer@example.org", 409)],
)
def test_an_address_that_cannot_be_is_said_and_the_first_link_stays(
    browser: Browser, database: Database, email: str, status: int
) -> None:
    path = one_time_links.make_first(database, actor="run")
    assert path is not None
    with database.transaction() as session:
        users.create(session, "viewer@example.org", "V", Role.VIEWER, actor="tests")

    answer = browser.post(path, **SENT, email=email)

    assert answer.status_code == status
    assert 'id="email-error"' in answer.get_data(as_text=True)
    assert browser.get(path).status_code == 200


def test_every_start_makes_a_new_first_link_until_one_is_used(database: Database, client: FlaskClient) -> None:
    first, second = (one_time_links.make_first(database, actor="run") for _ in range(2))
    assert first is not None
    assert second is not None

    assert client.get(first).status_code == 410
    token = second.rpartition("/")[2]
    assert one_time_links.use(database, token, Chosen("A", PASSWORD, "a@example.org"), address="", agent="") is not None

    assert one_time_links.make_first(database, actor="run") is None


def test_no_first_link_where_somebody_was_invited(database: Database, path: str) -> None:
    assert one_time_links.make_first(database, actor="run") is None


def test_a_new_link_for_the_first_admin_asks_who_they_are(browser: Browser, database: Database) -> None:
    one_time_links.make_first(database, actor="run")
    with database.transaction() as session:
        user_id = users.by_email(session, one_time_links.FIRST_EMAIL).user_id
        path = one_time_links.make_for(session, user_id, actor="command line")

    assert 'name="email"' in browser.text(path)
