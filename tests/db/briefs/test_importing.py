"""Importing briefs: whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import Brief, Item, Show
from brief_audio.domain.brief_file import BriefDraft, ItemDraft
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotFoundError
from brief_audio.services.briefs import import_brief, lookup
from brief_audio.services.briefs.import_brief import Imported, ImportResult

DAY = date(2026, 3, 20)
ITEMS = (ItemDraft("One", "It rains.", "https://example.org/rain", None), ItemDraft("Two", "It shines.", None, "joe"))


def bring_in(database: Database, draft: BriefDraft, *, replace: bool = False, as_draft: bool = False) -> Imported:
    with database.transaction() as session:
        return import_brief.import_brief(session, draft, replace=replace, as_draft=as_draft, actor="test")


def count(database: Database, table: type[Brief | Item]) -> int:
    with database.transaction() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.fixture
def draft(show: Show) -> BriefDraft:
    return BriefDraft(show.slug, DAY, "Friday", ITEMS)


def test_a_new_brief_is_ready_with_its_items(database: Database, draft: BriefDraft) -> None:
    imported = bring_in(database, draft)

    with database.transaction() as session:
        whole = lookup.brief_with_items(session, f"dawn/{DAY}")
    assert imported == Imported(whole.brief.id, "dawn-2026-03-20", ImportResult.CREATED)
    assert (whole.brief.state, whole.brief.title) == ("ready", "Friday")
    assert [(item.position, item.headline, item.source_url, item.voice) for item in whole.items] == [
        (1, "One", "https://example.org/rain", None),
        (2, "Two", None, "joe"),
    ]


def test_a_draft_stays_a_draft(database: Database, draft: BriefDraft) -> None:
    bring_in(database, draft, as_draft=True)

    with database.transaction() as session:
        assert lookup.brief_with_items(session, f"dawn/{DAY}").brief.state == "draft"


def test_the_same_content_again_changes_nothing(database: Database, draft: BriefDraft) -> None:
    first = bring_in(database, draft)

    again = bring_in(database, draft)

    assert again == Imported(first.brief_id, first.slug, ImportResult.UNCHANGED)
    assert (count(database, Brief), count(database, Item)) == (1, 2)


def test_other_content_conflicts_and_changes_nothing(database: Database, draft: BriefDraft) -> None:
    bring_in(database, draft)
    other = BriefDraft(draft.show, draft.local_date, draft.title, ITEMS[:1])

    with pytest.raises(ConflictError, match="already has other content"):
        bring_in(database, other)

    assert count(database, Item) == 2


def test_replacing_puts_the_other_content_in_its_place(database: Database, draft: BriefDraft) -> None:
    first = bring_in(database, draft)

    replaced = bring_in(database, BriefDraft(draft.show, draft.local_date, "Late", ITEMS[1:]), replace=True)

    assert (replaced.brief_id, replaced.result) == (first.brief_id, ImportResult.REPLACED)
    with database.transaction() as session:
        whole = lookup.brief_with_items(session, str(first.brief_id))
    assert (whole.brief.title, [item.headline for item in whole.items]) == ("Late", ["Two"])


def test_an_unknown_voice_imports_nothing(database: Database, draft: BriefDraft) -> None:
    broken = BriefDraft(draft.show, draft.local_date, draft.title, (*ITEMS, ItemDraft("Three", "Hail.", None, "ghost")))

    with pytest.raises(NotFoundError, match=r"'ghost'.*joe"):
        bring_in(database, broken)

    assert (count(database, Brief), count(database, Item)) == (0, 0)


def test_an_unknown_show_is_named_with_those_there_are(database: Database, draft: BriefDraft) -> None:
    with pytest.raises(NotFoundError, match=r"'dusk'.*dawn"):
        bring_in(database, BriefDraft("dusk", DAY, "x", ITEMS))


@pytest.mark.parametrize("reference", ["0x1", "-1", "1.5", "9" * 40, "dawn/20-03-2026", ""])
def test_what_is_neither_number_nor_show_and_date_is_refused(database: Database, show: Show, reference: str) -> None:
    with pytest.raises(InvalidInputError), database.transaction() as session:
        lookup.brief_by_reference(session, reference)


@pytest.mark.parametrize("reference", ["77", "dawn/2020-01-01", "dusk/2026-03-20"])
def test_a_brief_that_is_not_there_is_not_found(database: Database, show: Show, reference: str) -> None:
    with pytest.raises(NotFoundError), database.transaction() as session:
        lookup.brief_by_reference(session, reference)


def test_many_imports_at_once_make_one_brief(database: Database, draft: BriefDraft) -> None:
    with ThreadPoolExecutor(6) as pool:
        results = [imported.result for imported in pool.map(lambda _: bring_in(database, draft), range(6))]

    assert sorted(results) == [ImportResult.CREATED, *[ImportResult.UNCHANGED] * 5]


def test_a_brief_is_found_by_its_slug(database: Database, draft: BriefDraft) -> None:
    imported = bring_in(database, draft)

    with database.transaction() as session:
        assert lookup.brief_by_reference(session, "dawn-2026-03-20").id == imported.brief_id
