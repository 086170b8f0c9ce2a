"""Regenerating one item, and what would be spoken of one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select, update

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import AudioGenerationJob as Job
from brief_audio.db.models import Item, ItemNarration, LexiconRule, Preview, Show
from brief_audio.domain.accounts import Role
from brief_audio.domain.brief_file import BriefDraft, ItemDraft
from brief_audio.domain.jobs import QueueRules
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.briefs.import_brief import import_brief
from brief_audio.services.making import re_record
from tests.admin.browser import Browser
from tests.unit.services.fake_speech import FakeSpeech
from tests.web.editions import add_show

SLUG = "morning-brief-2026-03-20"
ITEM = f"/admin/briefs/{SLUG}/items/1"


@pytest.fixture(autouse=True)
def brief_id(database: Database) -> int:
    add_show(database)
    items = (
        ItemDraft("Norrhaven <i>grows</i>", "It cost $3bn.\nIn all.", None, None),
        ItemDraft("Fares", "They stay.", None, None),
    )
    with database.transaction() as session:
        session.add(
            LexiconRule(show_id=session.execute(select(Show.id)).scalar_one(), written="Norrhaven", spoken="NOR-ha-ven")
        )
        draft = BriefDraft("morning-brief", date(2026, 3, 20), "The bridge", items)
        return import_brief(session, draft, replace=False, as_draft=False, actor="test").brief_id


def takes(database: Database) -> list[int]:
    with database.transaction() as session:
        return list(session.execute(select(Item.take).order_by(Item.position)).scalars())


def jobs(database: Database) -> list[tuple[str, list[int]]]:
    with database.transaction() as session:
        found = session.execute(select(Job).order_by(Job.id)).scalars().all()
        spoken = select(ItemNarration.take).order_by(ItemNarration.position)
        return [
            (job.status, list(session.execute(spoken.where(ItemNarration.job_id == job.id)).scalars())) for job in found
        ]


def end_jobs(database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(Job).values(status="completed", finished_at=func.now()))
        session.execute(update(ItemNarration).values(state="spoken"))


def test_only_that_item_takes_its_next_take(database: Database, editor: Browser) -> None:
    answer = editor.post(f"{ITEM}/regenerate")

    assert answer.location == f"/admin/briefs/{SLUG}#item-1"
    assert takes(database) == [1, 0]
    assert jobs(database) == [("queued", [1, 0])]
    assert "is queued to re-record item 1." in editor.text("/admin/")


def test_a_second_click_makes_no_second_job_and_no_second_take(database: Database, editor: Browser) -> None:
    editor.post(f"{ITEM}/regenerate")

    editor.post(f"{ITEM}/regenerate")

    assert jobs(database) == [("queued", [1, 0])]
    assert takes(database) == [1, 0]
    assert "It re-records item 1." in editor.text("/admin/")


def test_clicks_at_once_make_one_job(database: Database) -> None:
    """Red where the take is counted up without the brief's lock, or before the live job is looked for."""
    ann = SignedIn(1, 1, "ann@example.org", "Ann", Role.EDITOR, None)  # type: ignore[arg-type]

    def click(_: int) -> object:
        return re_record.re_record_item(database, SLUG, 1, FakeSpeech(), rules=QueueRules(), by=ann)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(click, range(6)))

    [(status, narrated)] = jobs(database)
    assert status == "queued"
    assert narrated == takes(database)


def test_when_it_has_ended_the_next_take_is_asked_for(database: Database, editor: Browser) -> None:
    editor.post(f"{ITEM}/regenerate")
    end_jobs(database)

    editor.post(f"{ITEM}/regenerate")

    assert [narrated for _, narrated in jobs(database)] == [[1, 0], [2, 0]]


def test_a_take_that_was_heard_is_replaced_even_while_its_job_waits(database: Database, editor: Browser) -> None:
    editor.post(f"{ITEM}/preview")
    with database.transaction() as session:
        session.execute(
            update(Preview).values(status="completed", finished_at=func.now(), narration_key="a" * 64, duration_ms=1)
        )
    editor.post("/admin/briefs/" + SLUG + "/items/2/regenerate")

    editor.post(f"{ITEM}/regenerate")

    assert jobs(database) == [("queued", [1, 1])]


def test_a_job_in_hand_keeps_its_take_and_the_page_says_so(database: Database, editor: Browser) -> None:
    editor.post(f"{ITEM}/regenerate")
    with database.transaction() as session:
        session.execute(update(Job).values(status="processing", lease_until=func.now(), claimed_at=func.now()))
        session.execute(update(ItemNarration).where(ItemNarration.position == 2).values(take=-1 + 1))
        session.execute(update(Item).where(Item.position == 2).values(take=1))

    editor.post("/admin/briefs/" + SLUG + "/items/2/regenerate")

    assert takes(database) == [1, 2]
    assert "generate audio again when it ends to re-record item 2" in editor.text("/admin/")


def test_a_full_queue_says_when_to_come_back(database: Database, brief_id: int) -> None:
    ann = SignedIn(1, 1, "ann@example.org", "Ann", Role.EDITOR, None)  # type: ignore[arg-type]
    rules = QueueRules(most_queued=0)

    with pytest.raises(Exception, match="the queue is full"):
        re_record.re_record_item(database, SLUG, 1, FakeSpeech(), rules=rules, by=ann)


def test_a_viewer_regenerates_nothing(database: Database, viewer: Browser) -> None:
    assert viewer.post(f"{ITEM}/regenerate").status_code == 403
    assert jobs(database) == []


@pytest.mark.parametrize("path", [f"/admin/briefs/{SLUG}/items/9", "/admin/briefs/none/items/1"])
def test_an_item_that_is_not_there_is_not_found(editor: Browser, path: str) -> None:
    assert editor.post(f"{path}/regenerate").status_code == 404
    assert editor.get(f"{path}/spoken").status_code == 404


def test_the_history_says_who_regenerated(database: Database, editor: Browser) -> None:
    from brief_audio.db.models import Event

    editor.post(f"{ITEM}/regenerate")

    with database.transaction() as session:
        event = session.execute(select(Event).where(Event.kind == "item.regenerated")).scalar_one()
        assert (event.actor, event.detail) == ("editor@example.org", {"position": 1, "take": 1})


def test_what_would_be_spoken_is_marked_with_its_rules(viewer: Browser) -> None:
    page = viewer.text(f"{ITEM}/spoken")

    assert '<mark title="NOR-ha-ven">Norrhaven</mark>' in page
    assert '<mark title="less than i grows i">&lt;i&gt;grows&lt;/i&gt;</mark>' in page
    assert 'It cost <mark title="three billion dollars">$3bn</mark>.\nIn all.' in page
    assert "<dt>$3bn</dt><dd>three billion dollars <small>money</small></dd>" in page
    assert "<small>lexicon</small>" in page
    assert "3 passages are not spoken as written" in page


def test_a_plain_item_says_that_nothing_is_changed(viewer: Browser) -> None:
    assert "Everything is spoken as written" in viewer.text(f"/admin/briefs/{SLUG}/items/2/spoken")


def test_an_item_that_cannot_be_spoken_says_why(database: Database, editor: Browser) -> None:
    with database.transaction() as session:
        session.execute(update(Item).where(Item.position == 2).values(body="…"))

    page = editor.text(f"/admin/briefs/{SLUG}/items/2/spoken")

    assert "This item can’t be spoken" in page
    assert "Preview item" not in page


def test_a_very_long_item_is_shown_in_part(database: Database, viewer: Browser) -> None:
    with database.transaction() as session:
        session.execute(update(Item).where(Item.position == 2).values(body="It costs $5. " * 5_000))

    assert "only the beginning is shown" in viewer.text(f"/admin/briefs/{SLUG}/items/2/spoken")


def test_an_item_that_was_moved_meanwhile_is_not_mistaken_for_another(editor: Browser, database: Database) -> None:
    """Red without `seen` in `brief_audio/services/making/re_record.py:re_record_item`."""
    answer = editor.post(f"{ITEM}/regenerate", back="", item="999999")

    assert answer.status_code == 409
    assert "The items have been reordered, and item 1 is a different one now: check it first." in answer.text
    assert takes(database) == [0, 0]


@pytest.mark.parametrize("number", ["x", "١", "-1", "1 ", str(10**30)])
def test_what_is_no_number_of_an_item_regenerates_nothing(editor: Browser, database: Database, number: str) -> None:
    answer = editor.post(f"{ITEM}/regenerate", back="", item=number)

    assert answer.status_code == 422
    assert "This item number is not valid." in answer.text
    assert takes(database) == [0, 0]
