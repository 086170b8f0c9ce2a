"""Writing in a brief: nothing is overwritten unseen, and a take never goes back."""

from datetime import UTC, date, datetime

import pytest

from brief_audio.db import events
from brief_audio.db.briefs import briefs
from brief_audio.db.connection.engine import Database
from brief_audio.db.making import enqueueing
from brief_audio.db.models import Brief, Item
from brief_audio.domain.accounts import Role
from brief_audio.domain.brief_file import ItemDraft
from brief_audio.domain.errors import ChangedMeanwhileError, ConflictError, InvalidInputError, NotAllowedError
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.briefs import editing, new_brief
from brief_audio.services.briefs.editing import Seen, version_of

EDITOR = SignedIn(1, 1, "ed@example.org", "Ed", Role.EDITOR, datetime(2026, 3, 20, tzinfo=UTC))
VIEWER = SignedIn(2, 2, "vi@example.org", "Vi", Role.VIEWER, datetime(2026, 3, 20, tzinfo=UTC))
FRESH = ItemDraft("Ferries stop", "No ferry sails today.")


def seen(database: Database, brief: Brief) -> Seen:
    with database.transaction() as session:
        return Seen(brief.slug, version_of(session.get_one(Brief, brief.id)))


def kept(database: Database, brief: Brief) -> list[Item]:
    with database.transaction() as session:
        return briefs.items(session, brief.id)


def kinds(database: Database) -> list[str]:
    with database.transaction() as session:
        return [event.kind for event in events.tail(session, job_id=None, after=0, limit=50)]


def test_an_item_is_added_at_the_end(database: Database, brief: Brief) -> None:
    with database.transaction() as session:
        position = editing.add_item(session, EDITOR, seen(database, brief), FRESH)

    assert position == 3
    assert [item.headline for item in kept(database, brief)] == ["Item 1", "Item 2", "Ferries stop"]
    assert kinds(database) == ["brief.item_added"]


def test_the_same_form_sent_twice_adds_one_item(database: Database, brief: Brief) -> None:
    form = seen(database, brief)

    for _ in range(2):
        with database.transaction() as session:
            editing.add_item(session, EDITOR, form, FRESH)

    assert len(kept(database, brief)) == 3


def test_the_second_of_two_tabs_is_told_and_overwrites_nothing(database: Database, brief: Brief) -> None:
    form, item = seen(database, brief), kept(database, brief)[0]
    with database.transaction() as session:
        editing.edit_item(session, EDITOR, form, item.id, ItemDraft("One", "First."))

    with database.transaction() as session, pytest.raises(ChangedMeanwhileError, match=r"ed@example\.org changed"):
        editing.edit_item(session, EDITOR, form, item.id, ItemDraft("One", "Second."))

    assert kept(database, brief)[0].body == "First."


def test_an_edited_item_keeps_its_take(database: Database, brief: Brief) -> None:
    with database.transaction() as session:
        briefs.take_again(session, brief.id)
    item = kept(database, brief)[0]

    with database.transaction() as session:
        editing.edit_item(session, EDITOR, seen(database, brief), item.id, FRESH)

    assert kept(database, brief)[0].take == 1


def test_an_item_that_was_dropped_and_comes_back_begins_above_its_take(database: Database, brief: Brief) -> None:
    """Red without the takes of jobs in `items.append`."""
    with database.transaction() as session:
        first = session.get_one(Item, kept(database, brief)[0].id)
        first.take = 4
    with database.transaction() as session:
        enqueueing.enqueue(session, session.get_one(Brief, brief.id), requested_by="test")
    with database.transaction() as session:
        editing.drop_item(session, EDITOR, seen(database, brief), first.id)

    with database.transaction() as session:
        editing.add_item(session, EDITOR, seen(database, brief), ItemDraft("Item 1", "Words."))

    assert [item.take for item in kept(database, brief)] == [0, 4]


def test_items_move_within_the_brief(database: Database, brief: Brief) -> None:
    second = kept(database, brief)[1]

    for _ in range(2):
        with database.transaction() as session:
            editing.move_item(session, EDITOR, seen(database, brief), second.id, places=-1)

    assert [item.headline for item in kept(database, brief)] == ["Item 2", "Item 1"]


def test_those_after_a_dropped_item_move_up(database: Database, brief: Brief) -> None:
    with database.transaction() as session:
        editing.drop_item(session, EDITOR, seen(database, brief), kept(database, brief)[0].id)

    assert [(item.position, item.headline) for item in kept(database, brief)] == [(1, "Item 2")]


def test_the_last_item_stays(database: Database, make_brief: type[Brief]) -> None:
    brief = make_brief(items=1)

    with database.transaction() as session, pytest.raises(InvalidInputError, match="needs at least one item"):
        editing.drop_item(session, EDITOR, seen(database, brief), kept(database, brief)[0].id)


def test_a_brief_never_grows_over_its_limit(database: Database, brief: Brief) -> None:
    draft = ItemDraft("Long", "a" * 1_000_000)

    with database.transaction() as session, pytest.raises(InvalidInputError, match="the limit is 1,000,000"):
        editing.add_item(session, EDITOR, seen(database, brief), draft)


def test_a_viewer_writes_nothing(database: Database, brief: Brief) -> None:
    with database.transaction() as session, pytest.raises(NotAllowedError, match="needs the role editor"):
        editing.change_title(session, VIEWER, seen(database, brief), "Other")


def test_a_copy_of_the_brief_before_is_a_draft_with_the_same_takes(database: Database, brief: Brief) -> None:
    with database.transaction() as session:
        briefs.take_again(session, brief.id)

    with database.transaction() as session:
        slug = new_brief.duplicate(session, EDITOR, "dawn", date(2026, 3, 20))

    with database.transaction() as session:
        made = briefs.find_by_slug(session, slug)
        assert made is not None
        assert (made.state, made.title) == ("draft", "News")
        assert [(item.headline, item.take) for item in briefs.items(session, made.id)] == [("Item 1", 1), ("Item 2", 1)]


def test_a_date_that_is_taken_is_not_copied_to(database: Database, brief: Brief) -> None:
    assert brief.local_date is not None

    with database.transaction() as session, pytest.raises(ConflictError, match="already"):
        new_brief.duplicate(session, EDITOR, "dawn", brief.local_date)
