"""Sessions end on the server: a cookie that was copied before is worth nothing after."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from brief_audio.app import create_app
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import UserSession
from brief_audio.services.accounts import sessions, users
from tests.admin.browser import Browser
from tests.factories import PASSWORD
from tests.web.editions import Settings, SiteParts


@pytest.fixture
def copied(viewer: Browser, app: Flask) -> FlaskClient:
    """A browser that somebody put the viewer's cookie into."""
    cookie, thief = viewer.client.get_cookie("session"), app.test_client()
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert thief.get("/admin/").status_code == 200
    return thief


def shown(client: FlaskClient) -> str:
    """Where a page of the dashboard leads to, which must be the sign-in page."""
    answer = client.get("/admin/")
    assert (answer.status_code, answer.location) == (303, "/login?next=/admin/")
    return client.get(answer.location).get_data(as_text=True)


def test_a_cookie_replayed_after_signing_out_leads_to_sign_in(viewer: Browser, copied: FlaskClient) -> None:
    viewer.post("/logout")

    assert "You have signed out." in shown(copied)


def test_a_cookie_replayed_after_a_password_change_leads_to_sign_in(viewer: Browser, client: FlaskClient) -> None:
    other = Browser(client)
    other.sign_in("viewer@example.org")

    new = "another long password"
    answer = viewer.post("/admin/account/password", old=PASSWORD, password=new, again=new)

    assert answer.status_code == 303
    assert "because your password was changed" in shown(client)
    assert viewer.get("/admin/").status_code == 200


def test_a_cookie_of_a_disabled_user_leads_to_sign_in(database: Database, copied: FlaskClient) -> None:
    with database.transaction() as session:
        users.disable(session, users.by_email(session, "viewer@example.org").user_id, actor="tests")

    assert "an admin disabled your account" in shown(copied)


def test_a_session_of_before_stays_ended_when_its_user_is_enabled_again(
    database: Database, copied: FlaskClient
) -> None:
    with database.transaction() as session:
        user_id = users.by_email(session, "viewer@example.org").user_id
        users.disable(session, user_id, actor="tests")
        users.enable(session, user_id, actor="tests")

    shown(copied)


@pytest.mark.parametrize(
    ("column", "by", "is_alive"),
    [
        ("seen_at", sessions.IDLE - timedelta(minutes=1), True),
        ("seen_at", sessions.IDLE, False),
        ("started_at", sessions.LONGEST - timedelta(minutes=1), True),
        ("started_at", sessions.LONGEST, False),
    ],
)
def test_a_session_that_is_idle_or_old_is_over(
    database: Database, viewer: Browser, column: str, by: timedelta, is_alive: bool
) -> None:
    with database.transaction() as session:
        session.execute(update(UserSession).values({column: getattr(UserSession, column) - by}))

    assert viewer.get("/admin/").status_code == (200 if is_alive else 303)


def test_every_sign_in_has_a_new_token_and_ends_the_one_before(viewer: Browser, copied: FlaskClient) -> None:
    viewer.text("/admin/")
    with viewer.client.session_transaction() as before:
        first, form_token = before["_user_id"], before["csrf_token"]

    viewer.sign_in("viewer@example.org")

    with viewer.client.session_transaction() as after:
        assert after["_user_id"] != first
        assert after.get("csrf_token") != form_token
    shown(copied)


def test_the_database_has_no_token(viewer: Browser, database: Database) -> None:
    with viewer.client.session_transaction() as cookie, database.transaction() as session:
        assert cookie["_user_id"] not in {kept.token_sha256 for kept in session.query(UserSession)}


def test_over_https_the_cookie_is_bound_to_this_host(parts: SiteParts) -> None:
    settings = Settings(public_url="https://audio.example.org")
    client = create_app(replace(parts, settings=settings)).test_client()

    cookie = client.get("/login").headers["Set-Cookie"]

    assert cookie.startswith("__Host-session=")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_over_http_the_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/login").headers["Set-Cookie"]

    assert cookie.startswith("session=")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Lax"}
