"""One status for one fault, in every view of the dashboard."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.models import Brief, Item, LexiconRule, Schedule, Tick, User, UserSession
from brief_audio.domain import errors
from brief_audio.http.statuses import status_of
from brief_audio.services.accounts import one_time_links
from brief_audio.storage.local import LocalStore
from tests.admin.brief_rows import SLUG
from tests.admin.browser import Browser
from tests.web.editions import add_edition, add_show

USUAL: dict[str, object] = {"slug": SLUG, "number": 1}
NOW = datetime(2026, 3, 20, tzinfo=UTC)


@pytest.fixture
def known(database: Database, store: LocalStore, tmp_path: Path) -> dict[str, object]:
    """Let there be one of everything, and return what names it in an address."""
    sound = tmp_path / "sound.mp3"
    sound.write_bytes(bytes(10_000))
    show_id = add_show(database)
    add_edition(database, store, sound, local_date=date(2026, 3, 20), slug=SLUG)
    with database.transaction() as session:
        brief = session.query(Brief).one()
        item = Item(brief_id=brief.id, position=1, headline="One", body="It rains.")
        rule = LexiconRule(show_id=show_id, written="a", spoken="b")
        schedule = Schedule(show_id=show_id, cron="30 5 * * *", time_zone="UTC")
        user = User(email="ann@example.org", name="Ann", role="viewer", created_by="tests")
        session.add_all((item, rule, schedule, user))
        session.flush()
        tick = Tick(schedule_id=schedule.id, local_date=NOW.date(), due_at=NOW, open_until=NOW, state="no brief")
        signed_in = UserSession(token_sha256="x", user_id=user.id, address="-", agent="-")
        session.add_all((tick, signed_in))
        session.flush()
        link = one_time_links.make_for(session, user.id, actor="tests")
        return {
            "item_id": item.id,
            "position": 1,
            "job_id": enqueueing.enqueue(session, brief, requested_by="tests").job_id,
            "schedule_id": schedule.id,
            "rule_id": rule.id,
            "user_id": user.id,
            "session_id": signed_in.id,
            "token": link.rpartition("/")[2],
            "day": "2026-03-20",
        }


def test_a_form_with_a_field_that_it_does_not_have_is_refused_alike_everywhere(
    app: Flask, admin: Browser, known: dict[str, object]
) -> None:
    answers = {}
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            room = rule.endpoint.partition(".")[0]
            given = USUAL | known | ({"slug": "morning-brief"} if room == "shows" else {})
            values = {name: given[name] for name in rule.arguments}
            path = app.url_map.bind("localhost").build(rule.endpoint, values, method="POST")
            answers[rule.endpoint] = admin.post(path, nonsense="1").status_code

    assert len(answers) > 25
    assert {endpoint: status for endpoint, status in answers.items() if status != 422} == {}


@pytest.mark.parametrize(
    "path",
    [
        "/admin/briefs/?state=x",
        "/admin/briefs/?before=x",
        "/admin/briefs/?view=calendar&month=x",
        "/admin/jobs/?state=x",
        "/admin/jobs/?by=x",
        "/admin/jobs/?from=x",
        "/admin/jobs/?before=x",
        "/admin/jobs/rows?after=x",
        "/admin/errors/?source=x",
        "/admin/errors/?before=x",
        "/?before=x",
    ],
)
def test_an_address_whose_query_means_nothing_is_refused_alike_everywhere(
    viewer: Browser, known: dict[str, object], path: str
) -> None:
    assert viewer.get(path).status_code == 400


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.NotAllowedError, 403),
        (errors.NotFoundError, 404),
        (errors.ObjectMissingError, 404),
        (errors.ConflictError, 409),
        (errors.ChangedMeanwhileError, 409),
        (errors.StillCancellingError, 409),
        (errors.InvalidInputError, 422),
        (errors.QueueFullError, 429),
        (errors.TryAgainError, 503),
        (errors.StoreUnreachableError, 503),
        (errors.BriefAudioError, 500),
    ],
)
def test_an_error_has_one_status(kind: type[errors.BriefAudioError], status: int) -> None:
    assert status_of(kind("it broke")) == status
