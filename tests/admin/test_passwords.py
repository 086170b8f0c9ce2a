"""Which passwords are refused, wherever one is set, and what a new one ends."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from brief_audio.db.connection.engine import Database
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ConflictError, InvalidInputError
from brief_audio.services.accounts import one_time_links, own_password, sessions, user_management, users
from brief_audio.services.accounts.one_time_links import Chosen
from brief_audio.services.accounts.sessions import SignedIn
from tests.admin.browser import Browser
from tests.factories import PASSWORD

NEW = "quiet harbour walrus"
EASY = ["passwordpassword", " " * 12, "viewer@example.org", "The Brief Audio viewer", "qwertyuiop12"]
ADVICE = "Use three or four unrelated words"


def session_token(browser: Browser) -> str:
    with browser.client.session_transaction() as cookie:
        return str(cookie["_user_id"])


@pytest.mark.parametrize("password", EASY)
def test_ones_own_new_password_must_be_hard_to_guess(viewer: Browser, password: str) -> None:
    answer = viewer.post("/admin/account/password", old=PASSWORD, password=password, again=password)

    assert answer.status_code == 422
    assert ADVICE in answer.text
    assert 'id="password-error"' in answer.text


@pytest.mark.parametrize("password", EASY)
def test_an_invitations_password_must_be_hard_to_guess(database: Database, client: FlaskClient, password: str) -> None:
    with database.transaction() as session:
        made = users.create(session, "viewer@example.org", "V", Role.VIEWER, actor="tests")
        path = one_time_links.make(session, made.id, actor="tests")
    browser = Browser(client)

    refused = browser.post(path, name="The viewer", password=password, again=password)
    taken = browser.post(path, name="The viewer", password=NEW, again=NEW)

    assert (refused.status_code, taken.status_code) == (422, 303)
    assert ADVICE in refused.text


@pytest.mark.parametrize("password", ["ann@newsroom.example", "Ann of the newsroom", "newsroom ann brief"])
def test_the_first_admin_is_known_by_what_stands_in_the_same_form(
    database: Database, client: FlaskClient, password: str
) -> None:
    path = one_time_links.make_first(database, actor="run")
    assert path is not None

    answer = Browser(client).post(
        path, email="ann@newsroom.example", name="Ann of the Newsroom", password=password, again=password
    )

    assert answer.status_code == 422
    assert ADVICE in answer.text


def test_no_service_keeps_a_password_that_is_easy_to_guess(database: Database, viewer: Browser) -> None:
    """The forms look first; what calls a service past them is refused, too."""
    me = sessions.find(database, session_token(viewer))
    assert me is not None
    path = one_time_links.make_first(database, actor="run") or ""
    with database.transaction() as session:
        made = users.create(session, "ben@example.org", "Ben", Role.VIEWER, actor="tests")
        path = one_time_links.make(session, made.id, actor="tests")

    with pytest.raises(InvalidInputError), database.transaction() as session:
        users.create(session, "ann@example.org", "Ann", Role.VIEWER, actor="tests", password="passwordpassword")
    with pytest.raises(InvalidInputError):
        one_time_links.use(database, path.rpartition("/")[2], Chosen("Ben", "ben@example.org"), address="", agent="")
    with pytest.raises(InvalidInputError):
        own_password.change_password(database, PASSWORD, "viewer@example.org", address="", agent="", by=me)


def test_a_new_password_gives_a_new_session_and_ends_all_before(
    viewer: Browser, app: Flask, database: Database
) -> None:
    """Red where the session goes on: who has copied its cookie stays signed in."""
    before = session_token(viewer)
    copied = viewer.client.get_cookie("session")
    assert copied is not None
    elsewhere = Browser(app.test_client())
    elsewhere.sign_in("viewer@example.org")

    viewer.post("/admin/account/password", old=PASSWORD, password=NEW, again=NEW)

    thief = app.test_client()
    thief.set_cookie("session", copied.value)
    assert session_token(viewer) != before
    assert sessions.find(database, before) is None
    assert "Password changed" in viewer.text("/admin/account")
    assert viewer.text("/admin/account").count("this one") == 1
    assert [thief.get("/admin/").status_code, elsewhere.get("/admin/").status_code] == [303, 303]


def test_no_link_of_ones_own_gets_around_the_old_password(admin: Browser, database: Database) -> None:
    """Red without the refusal: a session that was left open, or stolen, would become a password."""
    me = sessions.find(database, session_token(admin))
    assert me is not None

    answer = admin.post(f"/admin/users/{me.user_id}/link")

    assert answer.status_code == 409
    assert "/link/" not in answer.text
    assert "Change your password on your account page" in answer.text
    with pytest.raises(ConflictError):
        user_management.make_link(database, me.user_id, by=me)


def test_a_session_that_ended_meanwhile_changes_no_password(viewer: Browser, app: Flask, database: Database) -> None:
    me = sessions.find(database, session_token(viewer))
    assert isinstance(me, SignedIn)
    sessions.sign_out(database, me)

    with pytest.raises(ConflictError, match="You have been signed out"):
        own_password.change_password(database, PASSWORD, NEW, address="", agent="", by=me)

    assert Browser(app.test_client()).sign_in("viewer@example.org").status_code == 303
