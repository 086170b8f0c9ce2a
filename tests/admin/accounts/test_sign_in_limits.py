"""How often a password may be tried: counted before it is looked at, by all processes together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import SignInTry
from brief_audio.domain.clock import utc_now
from brief_audio.services.accounts import sign_in_throttle
from brief_audio.services.accounts.sign_in_throttle import (
    ALL_FROM_NETWORK,
    MOST_FROM_ADDRESS,
    MOST_FROM_NETWORK,
    MOST_OF_ACCOUNT,
    MOST_OF_ACCOUNT_FROM_NETWORK,
    MOST_OF_ALL,
    WINDOW,
)
from brief_audio.services.operations.retention import forget_old
from tests.admin.browser import Browser
from tests.factories import PASSWORD

EMAIL = "viewer@example.org"
ELSEWHERE = "192.0.2.1"


def use_up_account(database: Database, email: str = EMAIL) -> None:
    for number in range(MOST_OF_ACCOUNT):
        assert sign_in_throttle.count(database, email, f"10.0.{number}.1").wait_seconds == 0


def age(database: Database, by: timedelta) -> None:
    with database.transaction() as session:
        session.execute(update(SignInTry).values(at=SignInTry.at - by))


def tries(database: Database) -> int:
    with database.transaction() as session:
        return session.execute(select(func.count(SignInTry.id))).scalar_one()


def at(client: FlaskClient, address: str) -> Browser:
    """A browser at another address than the one that the tests sign in from."""
    client.environ_base["REMOTE_ADDR"] = address
    return Browser(client)


def test_after_too_many_wrong_passwords_the_right_one_of_a_stranger_waits_too(
    viewer: Browser, client: FlaskClient, database: Database
) -> None:
    """Red where the password is looked at before the try is counted."""
    use_up_account(database)

    answer = at(client, ELSEWHERE).sign_in(EMAIL)

    assert answer.status_code == 429
    assert 14 * 60 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert "Too many sign-in attempts. Try again in 15\xa0min." in answer.get_data(as_text=True)
    assert "use a browser that you have signed in with before, or ask an admin" in answer.get_data(as_text=True)
    assert f'value="{EMAIL}"' in answer.get_data(as_text=True)


def test_an_unknown_user_waits_as_long(database: Database, client: FlaskClient) -> None:
    use_up_account(database, "nobody@example.org")

    assert Browser(client).sign_in("Nobody@Example.ORG").status_code == 429


def test_another_account_is_let_in_meanwhile(viewer: Browser, database: Database, client: FlaskClient) -> None:
    use_up_account(database, "nobody@example.org")

    assert Browser(client).sign_in(EMAIL).status_code == 303


def test_an_address_that_tries_many_accounts_waits(database: Database) -> None:
    waits = [
        sign_in_throttle.count(database, f"{n}@example.org", ELSEWHERE).wait_seconds
        for n in range(MOST_FROM_ADDRESS + 1)
    ]

    assert waits[:-1] == [0] * MOST_FROM_ADDRESS
    assert waits[-1] > 0
    assert sign_in_throttle.count(database, "1@example.org", "198.51.100.1").wait_seconds == 0


def test_signing_in_rightly_gives_an_address_no_new_tries(
    viewer: Browser, client: FlaskClient, database: Database
) -> None:
    for number in range(MOST_FROM_ADDRESS - 1):
        sign_in_throttle.count(database, f"{number}@example.org", ELSEWHERE)

    assert at(client, ELSEWHERE).sign_in(EMAIL).status_code == 303  # which is none of those that failed
    sign_in_throttle.count(database, "more@example.org", ELSEWHERE)

    assert sign_in_throttle.count(database, "one.more@example.org", ELSEWHERE).wait_seconds > 0


def test_one_network_cannot_use_up_what_an_account_has(database: Database) -> None:
    """Red without a limit for account and network: from one /48, or one /24, any account could be closed to all."""
    spread = [f"2001:db8:7:{number:x}::1" for number in range(MOST_OF_ACCOUNT)]
    waits = [sign_in_throttle.count(database, EMAIL, address).wait_seconds for address in spread]

    assert waits.count(0) == MOST_OF_ACCOUNT_FROM_NETWORK
    assert sign_in_throttle.count(database, EMAIL, "2001:db8:8::1").wait_seconds == 0


@pytest.mark.parametrize("addresses", ["2001:db8:7:{:x}::1", "198.51.100.{}"])
def test_one_network_cannot_try_many_accounts_from_many_addresses(database: Database, addresses: str) -> None:
    tries = [(f"{number}@example.org", addresses.format(number)) for number in range(2 * MOST_FROM_NETWORK)]
    waits = [sign_in_throttle.count(database, email, address).wait_seconds for email, address in tries]

    assert waits.count(0) == MOST_FROM_NETWORK
    assert sign_in_throttle.count(database, EMAIL, "203.0.113.1").wait_seconds == 0


def test_one_network_cannot_use_up_what_all_have_by_signing_in_rightly(database: Database) -> None:
    """Red where only wrong tries count for a network: each right one costs a check of a password, too."""
    network = sign_in_throttle.network("2001:db8:7::1")
    with database.transaction() as session:
        session.add_all(
            SignInTry(email=f"{n}@example.org", address=str(n), network=network, has_succeeded=True)
            for n in range(ALL_FROM_NETWORK)
        )

    assert sign_in_throttle.count(database, EMAIL, "2001:db8:7:ffff::1").wait_seconds > 0
    assert sign_in_throttle.count(database, EMAIL, "2001:db8:8::1").wait_seconds == 0


def test_when_the_window_is_over_there_is_room_again(database: Database) -> None:
    use_up_account(database)
    assert sign_in_throttle.count(database, EMAIL, ELSEWHERE).wait_seconds > 0

    age(database, WINDOW)

    assert sign_in_throttle.count(database, EMAIL, ELSEWHERE).wait_seconds == 0


def test_what_must_wait_is_not_counted(database: Database) -> None:
    """Otherwise each further attempt would extend the wait, and a flood would fill the table."""
    use_up_account(database)

    sign_in_throttle.count(database, EMAIL, ELSEWHERE)

    assert tries(database) == MOST_OF_ACCOUNT


def test_all_together_are_limited_too(database: Database) -> None:
    with database.transaction() as session:
        session.add_all(SignInTry(email=f"{n}@a.example", address=str(n), network=str(n)) for n in range(MOST_OF_ALL))

    wait = sign_in_throttle.count(database, EMAIL, ELSEWHERE).wait_seconds

    assert 50 < wait <= 60


def test_many_at_once_over_two_processes_are_counted_exactly(database: Database, server_url: str) -> None:
    """Red without the lock in `brief_audio/services/accounts/sign_in_throttle.py:count`."""
    other = Database(server_url, name="other", pool_size=8)
    with ThreadPoolExecutor(16) as threads:
        turns = [(database if n % 2 else other, f"10.0.{n}.1") for n in range(2 * MOST_OF_ACCOUNT)]
        waits = list(threads.map(lambda turn: sign_in_throttle.count(turn[0], EMAIL, turn[1]).wait_seconds, turns))
    other.close()

    assert waits.count(0) == tries(database) == MOST_OF_ACCOUNT


@pytest.mark.parametrize(
    ("address", "household", "network"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
        ("", "", ""),
    ],
)
def test_a_household_counts_as_one_and_so_does_a_network(address: str, household: str, network: str) -> None:
    assert (sign_in_throttle.neighbourhood(address), sign_in_throttle.network(address)) == (household, network)


def test_old_tries_are_forgotten(database: Database) -> None:
    sign_in_throttle.count(database, "old@example.org", ELSEWHERE)
    age(database, timedelta(days=2))
    sign_in_throttle.count(database, EMAIL, ELSEWHERE)

    forget_old(database, before=utc_now())

    with database.transaction() as session:
        assert session.execute(delete(SignInTry).returning(SignInTry.email)).scalars().all() == [EMAIL]


@pytest.mark.parametrize("email", ["x" * 250 + "@example.org", "\0@example.org", "", "<b>@example.org"])
def test_what_is_no_address_is_refused_in_words(client: FlaskClient, email: str) -> None:
    browser = Browser(client)

    answer = client.post("/login", data={"csrf_token": browser.token(), "email": email, "password": PASSWORD})

    assert answer.status_code == 422
    assert "<b>@" not in answer.get_data(as_text=True)
