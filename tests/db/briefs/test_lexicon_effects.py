"""What a rule changes is told by what would be spoken, and the services ask who is asking."""

from datetime import UTC, date, datetime

import pytest

from brief_audio.db.connection.engine import Database
from brief_audio.db.models import LexiconRule, Show
from brief_audio.domain import script
from brief_audio.domain.accounts import Role
from brief_audio.domain.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from brief_audio.domain.lexicon_rules import MOST_RULES
from brief_audio.services.accounts.sessions import SignedIn
from brief_audio.services.briefs import lexicon
from brief_audio.services.briefs.lexicon_effects import MOST_LOOKED_AT, Effects, effects
from tests import factories

SCHEMA = script.Pronunciation("GCS", "G C S")


def somebody(role: Role) -> SignedIn:
    return SignedIn(1, 1, f"{role}@example.org", "Ann", role, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def write(database: Database, show: Show):
    """Give the show a brief with these bodies."""

    def make(*bodies: str, day: date = date(2026, 3, 1), headline: str = "News") -> None:
        with database.transaction() as session:
            brief = factories.brief(session, show.id, day)
            for number, body in enumerate(bodies, start=1):
                factories.item(session, brief.id, number, headline=headline, body=body)

    return make


def touched(found: Effects) -> list[tuple[int, list[str]]]:
    return [
        (item.position, [piece.text for passage in item.passages for piece in passage.written if piece.is_marked])
        for item in found.items
    ]


def test_it_marks_whole_words_in_either_case(database, write) -> None:
    write("Files go to GCS. All of gcs, not GCSE.", "No such word.")

    found = effects(database, "dawn", instead_of=None, rule=SCHEMA)

    assert touched(found) == [(1, ["GCS", "gcs"])]


def test_the_newest_brief_counts(database, write) -> None:
    write("GCS yesterday.", day=date(2026, 3, 1))
    write("Nothing today.", day=date(2026, 3, 2))

    found = effects(database, "dawn", instead_of=None, rule=SCHEMA)

    assert (found.local_date, touched(found)) == (date(2026, 3, 2), [])


def test_a_rule_that_says_what_is_said_already_touches_nothing(database, write) -> None:
    """Red without the comparison of what is spoken in `services/briefs/lexicon_effects.py:_touched`."""
    write("It costs 5 euros.")

    found = effects(database, "dawn", instead_of=None, rule=script.Pronunciation("euros", "euros"))

    assert touched(found) == []


def test_a_longer_rule_keeps_its_words(database, show, write) -> None:
    write("New York Times and York.")
    with database.transaction() as session:
        session.add(LexiconRule(show_id=show.id, written="New York", spoken="Noo York"))

    found = effects(database, "dawn", instead_of=None, rule=script.Pronunciation("York", "Yawk"))

    assert touched(found) == [(1, ["York"])]


def test_a_deleted_rule_marks_what_it_had_changed(database, show, write) -> None:
    write("Files go to GCS.")
    with database.transaction() as session:
        session.add(row := LexiconRule(show_id=show.id, written="GCS", spoken="G C S"))
        session.flush()
        number = row.id

    found = effects(database, "dawn", instead_of=number, rule=None)

    assert touched(found) == [(1, ["GCS"])]
    assert found.items[0].passages[0].spoken != "Files go to G C S."


def test_a_show_without_a_brief_and_no_show_at_all(database, show) -> None:
    assert effects(database, "dawn", instead_of=None, rule=SCHEMA).slug is None
    with pytest.raises(NotFoundError):
        effects(database, "dusk", instead_of=None, rule=SCHEMA)


def test_viewers_keep_no_lexicon(database, show) -> None:
    with pytest.raises(NotAllowedError), database.transaction() as session:
        lexicon.add(session, "dawn", SCHEMA, by=somebody(Role.VIEWER))


def test_two_rules_of_which_one_minds_case_stand_beside_each_other(database, show) -> None:
    with database.transaction() as session:
        lexicon.add(session, "dawn", script.Pronunciation("us", "us"), by=somebody(Role.EDITOR))
        lexicon.add(session, "dawn", script.Pronunciation("US", "U S", match_case=True), by=somebody(Role.EDITOR))
    with pytest.raises(ConflictError), database.transaction() as session:
        lexicon.add(session, "dawn", script.Pronunciation("Us", "uss"), by=somebody(Role.EDITOR))


def test_a_lexicon_ends_somewhere(database, show) -> None:
    with database.transaction() as session:
        session.add_all(LexiconRule(show_id=show.id, written=f"w{n}", spoken="x") for n in range(MOST_RULES))
    with pytest.raises(InvalidInputError, match="which is the limit"), database.transaction() as session:
        lexicon.add(session, "dawn", SCHEMA, by=somebody(Role.EDITOR))


def test_of_a_very_long_brief_the_beginning_is_looked_at_and_that_is_said(database, write) -> None:
    """Red without `_beginnings` in `brief_audio/services/briefs/lexicon_effects.py:effects`: it took minutes."""
    sentence = "All of it goes to GCS. "
    write(sentence * 2000, sentence)

    found = effects(database, "dawn", instead_of=None, rule=SCHEMA)

    assert found.is_part
    [item] = found.items
    assert 0 < len(item.passages) <= MOST_LOOKED_AT / len(sentence) + 1


def test_long_headlines_count_as_what_is_looked_at(database, write) -> None:
    """Red where `_beginnings` counts bodies alone: a thousand headlines took six seconds."""
    headline = ("GCS " * 75).strip()
    write(*["It rains."] * 200, headline=headline)

    found = effects(database, "dawn", instead_of=None, rule=SCHEMA)

    assert found.is_part
    assert 0 < len(found.items) <= MOST_LOOKED_AT / len(headline) + 1


def test_what_no_rule_finds_counts_for_nothing(database, write) -> None:
    write("No such word. " * 5000, "Files go to GCS.")

    found = effects(database, "dawn", instead_of=None, rule=SCHEMA)

    assert (found.is_part, touched(found)) == (False, [(2, ["GCS"])])


def test_a_rule_that_makes_an_item_many_times_longer_is_refused_and_deleting_is_not(database, show, write) -> None:
    write("Nothing here.", "a " * 200)
    long_rule = script.Pronunciation("a", " ".join(["word"] * 80))

    with pytest.raises(InvalidInputError, match=r"in item 2 of the newest brief, .*The rule for “a” alone adds 79,600"):
        effects(database, "dawn", instead_of=None, rule=long_rule)

    with database.transaction() as session:
        session.add(row := LexiconRule(show_id=show.id, written="a", spoken=long_rule.spoken))
        session.flush()
        number = row.id
    assert [item.position for item in effects(database, "dawn", instead_of=number, rule=None).items] == [2]


def test_a_passage_that_takes_several_breaths_is_told_once(database, write) -> None:
    write("They met a man.")

    found = effects(database, "dawn", instead_of=None, rule=script.Pronunciation("a", "word " * 79))

    [passage] = found.items[0].passages
    assert passage.spoken.count("word") == 79
