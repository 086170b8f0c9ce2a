"""Strangers' tries do not keep a user out where the user signed in before, and no allowance is without a bound."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from brief_audio.app import create_app
from brief_audio.db.connection.engine import Database
from brief_audio.db.models import KnownPlace, SignInTry
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.http import known_devices, rate_limits
from brief_audio.services.accounts import sessions, sign_in_throttle, users
from brief_audio.services.accounts.sign_in_throttle import (
    MOST_FROM_ADDRESS,
    MOST_OF_ACCOUNT,
    MOST_OF_ALL,
    MOST_OF_DEVICE,
    MOST_OF_KNOWN_PLACE,
)
from brief_audio.services.operations.retention import forget_old
from tests.admin.browser import Browser
from tests.factories import PASSWORD
from tests.web.editions import Settings, SiteParts

EMAIL, OTHER = "viewer@example.org", "editor@example.org"
CAFE = "203.0.113.9"  # an address that no user has signed in from
NEW = "quiet harbour walrus"


def at(address: str, client: FlaskClient) -> Browser:
    client.environ_base["REMOTE_ADDR"] = address
    return Browser(client)


def attack(database: Database, email: str = EMAIL) -> None:
    """Strangers of many networks use up all that they may try on an account, and all that strangers have together."""
    for number in range(MOST_OF_ACCOUNT):
        sign_in_throttle.count(database, email, f"10.0.{number}.1")
    with database.transaction() as session:
        session.add_all(SignInTry(email=f"{n}@a.example", address=str(n), network=str(n)) for n in range(MOST_OF_ALL))
    assert sign_in_throttle.count(database, email, "2001:db8::1").wait_seconds > 0


def wrong_tries(browser: Browser, email: str = EMAIL) -> list[int]:
    """Try wrong passwords until the answer is to wait, and then the right one."""
    answers = []
    while not answers or answers[-1] == 422:
        answers.append(browser.sign_in(email, "wrong").status_code)
    return [*answers, browser.sign_in(email).status_code]


def moved(viewer: Browser) -> Browser:
    """The viewer's browser, signed out and at a new address."""
    viewer.post("/logout")
    return at(CAFE, viewer.client)


# The user comes in.


def test_a_device_that_signed_in_before_is_not_held_up_by_strangers(viewer: Browser, database: Database) -> None:
    attack(database)

    assert moved(viewer).sign_in(EMAIL).status_code == 303


def test_a_device_is_not_held_up_by_others_at_its_address(viewer: Browser, app: Flask, database: Database) -> None:
    """Red where a known device counts with its address, in the database or in the limits of the whole site."""
    browser = moved(viewer)
    for number in range(MOST_FROM_ADDRESS):
        sign_in_throttle.count(database, f"{number}@example.org", CAFE)
    neighbour = at(CAFE, app.test_client())
    while neighbour.client.post("/login").status_code != 429:
        pass

    assert browser.sign_in(EMAIL).status_code == 303


@pytest.mark.parametrize(
    ("home", "next_day"),
    [("198.51.100.7", "198.51.100.7"), ("2001:db8:0:1::1", "2001:db8:0:1:abcd::2")],
)
def test_a_place_that_the_user_signed_in_from_is_not_held_up_by_strangers(
    viewer: Browser, app: Flask, database: Database, home: str, next_day: str
) -> None:
    assert at(home, app.test_client()).sign_in(EMAIL).status_code == 303
    attack(database)

    assert at(next_day, app.test_client()).sign_in(EMAIL).status_code == 303


def test_a_link_makes_device_and_place_known(admin: Browser, app: Flask, database: Database, viewer: Browser) -> None:
    with database.transaction() as session:
        user_id = users.by_email(session, EMAIL).user_id
    page = admin.post(f"/admin/users/{user_id}/link").text
    path = page[page.index("/link/") :].partition("<")[0]
    guest = at(CAFE, app.test_client())
    guest.post(path, name="V", password=NEW, again=NEW)
    guest.post("/logout")
    attack(database)

    assert at("192.0.2.77", guest.client).sign_in(EMAIL, NEW).status_code == 303
    assert at(CAFE, app.test_client()).sign_in(EMAIL, NEW).status_code == 303


def test_one_browser_is_known_for_each_of_its_users(viewer: Browser, editor: Browser, database: Database) -> None:
    browser = moved(viewer)
    assert browser.sign_in(OTHER).status_code == 303
    browser.post("/logout")
    at("192.0.2.77", browser.client)
    attack(database)

    assert browser.sign_in(EMAIL).status_code == 303


def test_changing_ones_own_password_is_not_held_up_by_strangers(viewer: Browser, database: Database) -> None:
    attack(database)
    at(CAFE, viewer.client)

    assert viewer.post("/admin/account/password", old=PASSWORD, password=NEW, again=NEW).status_code == 303


def test_a_new_password_leaves_the_device_it_was_set_with_known(viewer: Browser, database: Database) -> None:
    viewer.post("/admin/account/password", old=PASSWORD, password=NEW, again=NEW)
    attack(database)

    assert moved(viewer).sign_in(EMAIL, NEW).status_code == 303


# Guessing stays bounded.


def test_a_known_device_has_a_bounded_allowance_of_its_own(viewer: Browser, database: Database) -> None:
    browser = moved(viewer)

    assert wrong_tries(browser) == [422] * MOST_OF_DEVICE + [429, 429]
    assert sign_in_throttle.count(database, EMAIL, "10.0.0.1").wait_seconds == 0  # and strangers keep theirs


def test_a_known_place_has_a_bounded_allowance_of_its_own(viewer: Browser, app: Flask, database: Database) -> None:
    stranger = app.test_client()  # at the address that the viewer has signed in from

    assert wrong_tries(Browser(stranger)) == [422] * MOST_OF_KNOWN_PLACE + [429, 429]
    assert sign_in_throttle.count(database, EMAIL, "10.0.0.1").wait_seconds == 0
    assert Browser(viewer.client).sign_in(EMAIL).status_code == 303  # the device is not held up by its neighbour


def test_many_at_once_of_one_device_are_counted_exactly(viewer: Browser, database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        waits = list(
            threads.map(
                lambda _: sign_in_throttle.count(database, EMAIL, CAFE, device="d").wait_seconds,
                range(2 * MOST_OF_DEVICE),
            )
        )

    assert waits.count(0) == MOST_OF_DEVICE


def test_a_place_is_known_for_one_user_alone(viewer: Browser, editor: Browser, app: Flask, database: Database) -> None:
    assert at("198.51.100.7", app.test_client()).sign_in(EMAIL).status_code == 303
    attack(database, OTHER)

    assert at("198.51.100.7", app.test_client()).sign_in(OTHER).status_code == 429


def test_a_device_is_known_for_its_own_users_alone(viewer: Browser, editor: Browser, database: Database) -> None:
    attack(database, OTHER)

    assert moved(viewer).sign_in(OTHER).status_code == 429


def test_a_new_password_makes_every_other_device_unknown(viewer: Browser, app: Flask, database: Database) -> None:
    elsewhere = Browser(app.test_client())
    elsewhere.sign_in(EMAIL)
    viewer.post("/admin/account/password", old=PASSWORD, password=NEW, again=NEW)
    attack(database)

    assert at(CAFE, elsewhere.client).sign_in(EMAIL, NEW).status_code == 429


Forge = Callable[[str], str]


@pytest.mark.parametrize(
    "forge",
    [
        lambda value: ("A" if value[0] != "A" else "B") + value[1:],
        lambda value: value.partition(".")[0],
        lambda _: "W1sxLCAiZGV2aWNlIiwgInNlYWwiXV0.aaaaaa.bbbbbb",
        lambda _: "",
        lambda _: "x" * 4000,
    ],
)
def test_a_forged_device_is_a_stranger(viewer: Browser, app: Flask, database: Database, forge: Forge) -> None:
    cookie = viewer.client.get_cookie("devices")
    assert cookie is not None
    attack(database)
    thief = app.test_client()
    thief.set_cookie("devices", forge(cookie.value))

    assert at(CAFE, thief).sign_in(EMAIL).status_code == 429


def test_a_device_of_another_installation_is_a_stranger(
    viewer: Browser, app: Flask, parts: SiteParts, database: Database
) -> None:
    cookie = viewer.client.get_cookie("devices")
    assert cookie is not None
    attack(database)
    other = create_app(replace(parts, settings=Settings(secret_key="j" * 40))).test_client()
    other.set_cookie("devices", cookie.value)

    assert at(CAFE, other).sign_in(EMAIL).status_code == 429


@pytest.mark.parametrize("kept", [7, [7], [[1, "a"]], {"a": 1}, None])
def test_a_cookie_of_another_form_is_no_device(client: FlaskClient, app: Flask, kept: object) -> None:
    with app.app_context():
        client.set_cookie("devices", known_devices._signer().dumps(kept))

    assert client.get("/login").status_code == 200
    assert Browser(client).sign_in(EMAIL).status_code == 422


def test_a_user_has_so_many_known_places_and_no_more(viewer: Browser, database: Database) -> None:
    with database.transaction() as session:
        user_id = users.by_email(session, EMAIL).user_id
    for number in range(sessions.MOST_PLACES + 3):
        with database.transaction() as session:
            sessions.start(session, user_id, address=f"10.1.{number}.1", agent="")

    with database.transaction() as session:
        places = set(session.execute(select(KnownPlace.place)).scalars())

    assert places == {f"10.1.{number}.1" for number in range(3, sessions.MOST_PLACES + 3)}


def test_places_are_forgotten_when_no_user_has_come_from_them_for_long(viewer: Browser, database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(KnownPlace).values(seen_at=KnownPlace.seen_at - timedelta(days=91)))

    forget_old(database, before=utc_now())

    with database.transaction() as session:
        assert session.execute(select(func.count(KnownPlace.id))).scalar_one() == 0


# The cookie.


def test_the_cookie_says_nothing_of_the_password_and_no_script_reads_it(
    database: Database, client: FlaskClient
) -> None:
    with database.transaction() as session:
        made = users.create(session, EMAIL, "V", Role.VIEWER, actor="tests", password=PASSWORD)
        kept = made.password_hash or ""

    answer = Browser(client).sign_in(EMAIL)

    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("devices=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert EMAIL not in cookie
    assert kept.rpartition("$")[2] not in cookie


def test_over_https_no_other_host_can_set_the_cookie(parts: SiteParts, database: Database) -> None:
    with database.transaction() as session:
        users.create(session, EMAIL, "V", Role.VIEWER, actor="tests", password=PASSWORD)
    app = create_app(replace(parts, settings=Settings(public_url="https://audio.example.org")))
    client = app.test_client()
    page = client.get("/login", base_url="https://audio.example.org").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]

    answer = client.post(
        "/login",
        base_url="https://audio.example.org",
        data={"csrf_token": token, "email": EMAIL, "password": PASSWORD, "next": ""},
    )

    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if "devices=" in one]
    assert cookie.startswith("__Host-devices=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_the_limits_of_the_site_bound_a_device_too(viewer: Browser) -> None:
    browser = moved(viewer)

    answers = [browser.client.post("/login").status_code for _ in range(rate_limits.SIGN_IN.a_minute + 1)]

    assert answers.count(429) >= 1
