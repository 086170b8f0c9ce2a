"""Every route and every method, walked by everybody: who may do what, and that looking changes nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Base
from brief_audio.domain.accounts import Role
from brief_audio.services.accounts import sessions, users
from brief_audio.storage.local import LocalStore
from tests import factories
from tests.site import open_site
from tests.web.editions import SiteParts, add_edition, add_show

# Whoever comes along may ask for these. All others need a role, and say so.
PUBLIC = frozenset(
    {
        "files.static_file",
        "health.alive",
        "health.ready",
        "health.punctual",
        "sign_in.page",
        "sign_in.enter",
        "sign_in.sign_out",
        "links.page",
        "links.enter",
    }
)
PUBLIC_ROOMS = frozenset({"site", "audio"})
COUNTING = frozenset({"rate_window"})  # that somebody looked is what it counts
NOBODY_HAS = "987654321"  # a number and a name
TOKEN = "t" * 43


@dataclass(frozen=True, slots=True)
class Step:
    """One route with one of its methods."""

    endpoint: str
    method: str
    rule: Rule

    def path(self, app: Flask, **known: str) -> str:
        """The address, its places filled with `known` things, or with what nobody has."""
        values = {place: known.get(place, NOBODY_HAS) for place in self.rule.arguments}
        return app.url_map.bind("localhost").build(self.endpoint, values, method=self.method)


def steps(app: Flask) -> Iterator[Step]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield Step(rule.endpoint, method, rule)


def needed(app: Flask, step: Step) -> Role | None:
    role = getattr(app.view_functions[step.endpoint], "needed_role", None)
    assert role is None or isinstance(role, Role)
    return role


def is_public(step: Step) -> bool:
    return step.endpoint in PUBLIC or step.endpoint.partition(".")[0] in PUBLIC_ROOMS


@pytest.fixture
def parts(database: Database, tmp_path: Path) -> SiteParts:
    return SiteParts(database, LocalStore(tmp_path / "store"))


@pytest.fixture
def app(parts: SiteParts) -> Flask:
    app = open_site(parts)
    app.testing = False  # what breaks shall answer 500, not end the walk
    return app


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Bytes that stand for an MP3: nobody decodes them here."""
    path = tmp_path / "sound.mp3"
    path.write_bytes(bytes(1000))
    return path


def browser(app: Flask, database: Database, role: Role | None) -> FlaskClient:
    """A browser that somebody of `role` is signed in with; None: nobody."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = TOKEN
        if role is not None:
            cookie["_user_id"] = _session(database, role)
    return client


def _session(database: Database, role: Role) -> str:
    with database.transaction() as session:
        found = [user for user in users.listed(session) if user.email == f"{role}@example.org"]
        user_id = found[0].user_id if found else _user(session, role)
        return sessions.start(session, user_id, address="127.0.0.1", agent="tests")


def _user(session: Session, role: Role) -> int:
    return factories.user(session, role).id


def walk(client: FlaskClient, step: Step, **known: str) -> TestResponse:
    data = None if step.method == "GET" else {"csrf_token": TOKEN}
    return client.open(step.path(client.application, **known), method=step.method, data=data)


def is_shown_the_door(answer: TestResponse) -> bool:
    return answer.status_code == 403 or (answer.status_code == 303 and answer.location.startswith("/login"))


def test_every_view_of_the_dashboard_says_which_role_it_needs(app: Flask) -> None:
    open_ones = {step.endpoint for step in steps(app) if needed(app, step) is None and not is_public(step)}
    below_admin = {step.endpoint for step in steps(app) if step.rule.rule.startswith("/admin") and is_public(step)}

    assert open_ones == set()
    assert below_admin == set()


def test_what_is_public_is_there(app: Flask) -> None:
    """A name that leads nowhere would hide the next view of that name."""
    assert {step.endpoint for step in steps(app)} >= PUBLIC


@pytest.mark.parametrize("role", [None, *Role], ids=str)
def test_everybody_does_what_their_role_may_and_nothing_else(app: Flask, database: Database, role: Role | None) -> None:
    wrong = []
    for step in steps(app):
        wanted = needed(app, step)
        if wanted is None:
            continue
        answer = walk(browser(app, database, role), step)
        may = role is not None and role.may(wanted)
        if is_shown_the_door(answer) == may or answer.status_code >= 500:
            wrong.append(f"{step.method} {step.rule}: {answer.status}")

    assert not wrong, "\n".join(wrong)


def test_no_form_is_taken_without_its_token(app: Flask, database: Database) -> None:
    client = browser(app, database, Role.ADMIN)
    changing = [step for step in steps(app) if step.method != "GET"]

    answers = {step.endpoint: client.open(step.path(app), method=step.method).status_code for step in changing}

    assert answers
    assert {endpoint: status for endpoint, status in answers.items() if status != 400} == {}


def test_looking_changes_nothing(app: Flask, parts: SiteParts, sound: Path) -> None:
    """`user_session.seen_at` is no part of it: that somebody was here is what it says."""
    known = _known(parts, sound)
    client = browser(app, parts.db, Role.ADMIN)
    before = contents(parts.db)

    seen = [step for step in steps(app) if step.method == "GET"]
    answers = {step.path(app, **known): walk(client, step, **known).status_code for step in seen}

    assert {path: status for path, status in answers.items() if status >= 500} == {}
    assert sum(status == 200 for path, status in answers.items() if path.startswith("/admin")) >= 3
    assert contents(parts.db) == before


def _known(parts: SiteParts, sound: Path) -> dict[str, str]:
    """Names of what there is, by the names that addresses have for it."""
    show_id = add_show(parts.db)
    edition = add_edition(parts.db, parts.store, sound)
    with parts.db.transaction() as session:
        brief_id = session.execute(text("SELECT id FROM brief")).scalar_one()
        user_id = users.create(session, "known@example.org", "Known", Role.VIEWER, actor="t").id
    return {
        "show_id": str(show_id),
        "show": "morning-brief",
        "show_slug": "morning-brief",
        "brief_id": str(brief_id),
        "slug": edition.slug,
        "rendition_id": str(edition.rendition_id),
        "number": "1",
        "user_id": str(user_id),
    }


def contents(database: Database) -> dict[str, object]:
    """A fingerprint of each table's rows."""
    found: dict[str, object] = {}
    with database.transaction() as session:
        for table in Base.metadata.tables.values():
            if table.name not in COUNTING:
                row = "to_jsonb(r) - 'seen_at'" if table.name == "user_session" else "to_jsonb(r)"
                asked = f"SELECT count(*), md5(string_agg(({row})::text, '' ORDER BY id)) FROM \"{table.name}\" r"
                found[table.name] = tuple(session.execute(text(asked)).one())
    return found


# What no name and no number can be: all of it must be refused in words, by whatever asks the database for it.
STRANGE = ("\0", "\udc80", "a\nb", "x" * 5000, "9" * 31, "١", "..", "-1")


@pytest.mark.parametrize("role", [None, Role.ADMIN], ids=str)
def test_no_name_or_number_breaks_a_page(
    app: Flask, parts: SiteParts, sound: Path, role: Role | None, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor does any of them write a line of its own into the log."""
    app.config["RATELIMIT_ENABLED"] = False  # else no view would hear of most of them
    known = _known(parts, sound)
    client = browser(app, parts.db, role)
    broken = []
    for step in steps(app):
        for place in step.rule.arguments:
            for strange in STRANGE:
                path = address(step, known | {place: quote(strange, errors="surrogateescape", safe="")})
                data = None if step.method == "GET" else {"csrf_token": TOKEN}
                answer = client.open(path, method=step.method, data=data)
                broken += [f"{step.method} {path[:120]}: {answer.status}"] * (
                    answer.status_code == 429 or answer.status_code >= 500
                )

    assert not broken, "\n".join(broken)
    assert [record.msg for record in caplog.records if not record.getMessage().isprintable()] == []


def address(step: Step, filled: dict[str, str]) -> str:
    """The address with its places filled as they stand, whether the rule takes that or not."""
    return re.sub(r"<(?:[^<>:]+:)?(\w+)>", lambda place: filled.get(place[1], NOBODY_HAS), step.rule.rule)
