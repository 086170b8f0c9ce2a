"""The door: who comes in, and that a session ends on the server."""

import pytest
from flask.testing import FlaskClient

from tests.admin.browser import Browser


def test_a_stranger_is_shown_the_door_and_the_way_back(client: FlaskClient) -> None:
    answer = client.get("/admin/?day=1")

    assert answer.status_code == 303
    assert answer.location == "/login?next=/admin/?day%3D1"


def test_whoever_signs_in_sees_today(viewer: Browser) -> None:
    assert "Today" in viewer.text("/admin/")


def test_a_wrong_password_and_an_unknown_user_are_told_the_same(client: FlaskClient, viewer: Browser) -> None:
    browser = Browser(client)

    wrong, unknown = browser.sign_in("viewer@example.org", "wrong"), browser.sign_in("nobody@example.org")

    assert wrong.status_code == unknown.status_code == 422
    pages = [page.get_data(as_text=True).replace("nobody@", "viewer@") for page in (wrong, unknown)]
    assert pages[0] == pages[1]


def test_a_cookie_replayed_after_signing_out_is_worth_nothing(viewer: Browser, client: FlaskClient) -> None:
    cookie = viewer.client.get_cookie("session")
    assert cookie is not None
    viewer.post("/logout")

    client.set_cookie("session", cookie.value)

    assert client.get("/admin/").status_code == 303


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", ""])
def test_after_signing_in_one_stays_here(viewer: Browser, client: FlaskClient, elsewhere: str) -> None:
    browser = Browser(client)

    answer = browser.post("/login", email="viewer@example.org", password="correct horse battery staple", next=elsewhere)

    assert answer.location == "/admin/"


def test_a_form_without_its_token_changes_nothing(viewer: Browser) -> None:
    assert viewer.client.post("/logout").status_code == 400
    assert viewer.get("/admin/").status_code == 200


def test_signing_out_with_a_field_that_nobody_asked_for_ends_nothing(viewer: Browser) -> None:
    sent = viewer.post("/logout", everywhere="1")

    assert sent.status_code == 422
    assert "This form has no field &#39;everywhere&#39;." in sent.text
    assert viewer.get("/admin/").status_code == 200


def test_a_form_from_another_site_changes_nothing(viewer: Browser) -> None:
    sent = viewer.client.post("/logout", data={"csrf_token": viewer.token()}, headers={"Sec-Fetch-Site": "cross-site"})

    assert sent.status_code == 403
    assert viewer.get("/admin/").status_code == 200
