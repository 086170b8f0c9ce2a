"""Users: admins let people in and keep them out; nobody locks themselves out, and the last admin stays."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from flask.testing import FlaskClient

from brief_audio.db import events
from brief_audio.db.connection.engine import Database
from brief_audio.domain.accounts import Role
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import BriefAudioError, ConflictError, InvalidInputError, NotAllowedError
from brief_audio.services.accounts import user_management, users
from brief_audio.services.accounts.sessions import SignedIn
from tests import factories
from tests.admin.browser import Browser
from tests.factories import PASSWORD

LINK = re.compile(r">(http://127\.0\.0\.1:8000(/link/[^<]+))<")


@pytest.fixture
def ann(database: Database) -> int:
    return make(database, "ann@example.org", Role.EDITOR)


def make(database: Database, email: str, role: Role) -> int:
    with database.transaction() as session:
        return factories.user(session, role, email, name=email.partition("@")[0].title()).id


def as_signed_in(database: Database, user_id: int) -> SignedIn:
    with database.transaction() as session:
        user = users.card(session, user_id)
    return SignedIn(user.user_id, 0, user.email, user.name, user.role, utc_now())


def kinds(database: Database) -> list[str]:
    with database.transaction() as session:
        return [event.kind for event in events.tail(session, job_id=None, after=0, limit=100)]


def test_the_list_shows_everybody(admin: Browser, ann: int) -> None:
    page = admin.text("/admin/users/")

    assert "ann@example.org" in page
    assert "Can sign in" in page
    assert "you</span>" in page


def test_an_invitation_is_shown_once_and_lets_in(admin: Browser, client: FlaskClient, database: Database) -> None:
    answer = admin.post("/admin/users/", email="Ben@example.org", name="Ben <b>", role="viewer")

    found = LINK.search(unescape(answer.get_data(as_text=True)))
    assert found is not None
    assert answer.headers["Cache-Control"] == "no-store"
    ben = Browser(client)
    ben.post(found[2], name="Ben", password=PASSWORD, again=PASSWORD)
    assert "Ben, viewer" in ben.text("/admin/")
    assert {"user.created", "user.link_used"} <= set(kinds(database))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "no address", "is not an e-mail address"),
        ("email", "a" * 201, "The e-mail address can have at most 200 characters"),
        ("name", "", "The name is missing."),
        ("name", "x" * 201, "The name can have at most 200 characters"),
        ("role", "owner", "The role must be one of the options on the page."),
        ("is_enabled", "1", "This form has no field"),
    ],
)
def test_an_invitation_that_cannot_be_is_said_and_what_was_typed_stays(
    admin: Browser, ann: int, field: str, value: str, sentence: str
) -> None:
    fields = {"email": "new@example.org", "name": "Typed <i>", "role": "viewer"} | {field: value}

    answer = admin.post("/admin/users/", **fields)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page.replace("&#39;", "'")
    assert field == "name" or "Typed &lt;i&gt;" in page


def test_a_second_user_of_an_address_is_a_conflict(admin: Browser, ann: int) -> None:
    answer = admin.post("/admin/users/", email="ann@example.org", name="Ann", role="viewer")

    assert answer.status_code == 409
    assert "There is already a user ann@example.org." in answer.get_data(as_text=True)


def test_a_role_that_is_changed_counts_at_once(admin: Browser, viewer: Browser, database: Database) -> None:
    with database.transaction() as session:
        user_id = users.by_email(session, "viewer@example.org").user_id

    admin.post(f"/admin/users/{user_id}/role", role="admin")

    assert viewer.get("/admin/users/").status_code == 200
    assert "user.role_changed" in kinds(database)


def test_who_is_disabled_is_out_until_enabled_again(admin: Browser, ann: int, client: FlaskClient) -> None:
    browser = Browser(client)
    browser.sign_in("ann@example.org")

    admin.post(f"/admin/users/{ann}/disable")
    assert browser.get("/admin/").status_code == 303
    assert browser.sign_in("ann@example.org").status_code == 422

    admin.post(f"/admin/users/{ann}/enable")
    assert browser.sign_in("ann@example.org").status_code == 303


def test_a_link_for_somebody_disabled_is_refused(admin: Browser, ann: int) -> None:
    admin.post(f"/admin/users/{ann}/disable")

    answer = admin.post(f"/admin/users/{ann}/link")

    assert answer.status_code == 409
    assert "Enable them first" in answer.get_data(as_text=True)


def test_a_link_for_a_lost_password_changes_nothing_yet(admin: Browser, ann: int, client: FlaskClient) -> None:
    answer = admin.post(f"/admin/users/{ann}/link")

    assert LINK.search(answer.get_data(as_text=True))
    assert Browser(client).sign_in("ann@example.org").status_code == 303


@pytest.mark.parametrize("what", ["disable", "role"])
def test_nobody_locks_themselves_out(admin: Browser, database: Database, what: str) -> None:
    make(database, "second@example.org", Role.ADMIN)
    with database.transaction() as session:
        me = users.by_email(session, "admin@example.org").user_id

    answer = admin.post(f"/admin/users/{me}/{what}", **({"role": "viewer"} if what == "role" else {}))

    assert answer.status_code == 409
    assert "Ask another admin" in answer.get_data(as_text=True)
    assert admin.get("/admin/users/").status_code == 200


def test_the_last_admin_who_can_sign_in_stays(database: Database) -> None:
    """Red without `_keep_an_admin`; somebody invited, who has no password yet, does not count."""
    admin_id = make(database, "one@example.org", Role.ADMIN)
    with database.transaction() as session:
        users.create(session, "invited@example.org", "I", Role.ADMIN, actor="tests")

    with database.transaction() as session, pytest.raises(ConflictError, match="last admin"):
        users.disable(session, admin_id, actor="tests")
    with database.transaction() as session, pytest.raises(ConflictError, match="last admin"):
        users.change_role(session, admin_id, Role.VIEWER, actor="tests")


def test_of_two_admins_who_demote_each_other_at_once_one_stays(database: Database) -> None:
    """Red without the lock in `brief_audio/db/accounts/users.py:locked_admins`."""
    one, two = (make(database, f"{name}@example.org", Role.ADMIN) for name in ("one", "two"))
    pairs = [(as_signed_in(database, one), two), (as_signed_in(database, two), one)]

    def demote(pair: tuple[SignedIn, int]) -> type[BriefAudioError] | None:
        try:
            user_management.change_role(database, pair[1], Role.VIEWER, by=pair[0])
        except BriefAudioError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(demote, pairs))

    assert sorted(map(str, outcomes)) == sorted([str(NotAllowedError), str(None)])


def test_an_admin_who_is_one_no_more_keeps_nobody(database: Database, ann: int) -> None:
    """The page may have begun before: the service looks again."""
    gone = as_signed_in(database, make(database, "gone@example.org", Role.ADMIN))
    make(database, "stays@example.org", Role.ADMIN)
    with database.transaction() as session:
        users.change_role(session, gone.user_id, Role.EDITOR, actor="tests")

    with pytest.raises(NotAllowedError):
        user_management.disable(database, ann, by=gone)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_the_service_itself_refuses_lesser_roles(database: Database, ann: int, role: Role) -> None:
    by = as_signed_in(database, make(database, "by@example.org", role))

    with pytest.raises(NotAllowedError):
        user_management.invite(database, "x@example.org", "X", Role.ADMIN, by=by)
    with pytest.raises(NotAllowedError):
        user_management.page_of_users(database, after="", limit=10, by=by)
    with pytest.raises(NotAllowedError):
        user_management.enable(database, ann, by=by)


def test_the_list_goes_on_where_a_page_ends(admin: Browser, database: Database) -> None:
    with database.transaction() as session:
        for number in range(60):
            users.create(session, f"b{number:02}@example.org", "B", Role.VIEWER, actor="tests")

    first = admin.text("/admin/users/")
    [more] = re.findall(r'href="(/admin/users/\?after=[^"]+)"', first)
    second = admin.text(more)

    assert "b48@example.org" in first
    assert "b49@example.org" not in first
    assert "b49@example.org" in second
    assert "b59@example.org" in second


@pytest.mark.parametrize("email", ["a\ud800@b.example", "a\0@b", "a@b..c", "@b", "a@", "a" * 65 + "@b.example"])
def test_what_is_no_address_makes_no_user(database: Database, email: str) -> None:
    with database.transaction() as session, pytest.raises(InvalidInputError):
        users.create(session, email, "A", Role.VIEWER, actor="tests")


def test_a_user_whom_nobody_is_is_not_found(admin: Browser) -> None:
    for path in ("/admin/users/987654321", "/admin/users/" + "9" * 19, "/admin/users/٣"):
        assert admin.get(path).status_code == 404


@pytest.mark.parametrize("action", ["disable", "enable", "link"])
def test_an_action_without_fields_takes_none(admin: Browser, ann: int, action: str) -> None:
    """Red without `refuse_fields` in `admin/accounts/users.py`."""
    answer = admin.post(f"/admin/users/{ann}/{action}", reason="holiday")

    assert answer.status_code == 422
    assert "no field" in answer.get_data(as_text=True)
