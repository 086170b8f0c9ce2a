"""What would be spoken otherwise than written, and why."""

import pytest

from brief_audio.domain.script import Pronunciation
from brief_audio.domain.text.english import normaliser, rule_names
from brief_audio.domain.text.script_writer import write_script
from brief_audio.domain.text.word_changes import word_changes

LEXICON = (Pronunciation("Norrhaven", "NOR-ha-ven"), Pronunciation("BBC", "the beeb"))


def pairs(written: str, *, language: str = "en-US") -> list[tuple[str, str, str]]:
    found = word_changes(written, language=language, rules=LEXICON)
    return [(one.written, one.spoken, ", ".join(one.rules)) for one in found]


@pytest.mark.parametrize(
    ("written", "spoken", "rule"),
    [
        ("$3.5bn", "three point five billion dollars", "money"),
        ("90,000", "ninety thousand", "number"),
        ("Norrhaven", "NOR-ha-ven", "lexicon"),
        ("3 May 2024", "the third of May twenty twenty-four", "date"),
        ("6:30pm", "six thirty P.M", "time"),
        ("10%", "ten percent", "per cent"),
        ("5 km/h", "five kilometres per hour", "unit"),
        ("Henry VIII", "Henry the eighth", "Roman numeral"),
        ("$10-15m", "ten to fifteen million dollars", "money"),
        ("EU", "E.U", "acronym"),
        ("555-1234", "five five five, one two three four", "phone number"),
        ("&", "and", "punctuation"),
    ],
)
def test_what_is_said_otherwise_is_told_with_its_rule(written: str, spoken: str, rule: str) -> None:
    assert pairs(f"They said {written} here.") == [(written, spoken, rule)]


def test_an_abbreviation_keeps_its_own_stop() -> None:
    assert pairs("They asked Mr. Smith.") == [("Mr.", "Mister", "abbreviation")]


def test_marks_around_the_words_are_left_out() -> None:
    assert pairs("It cost (“£2.50”), they say.") == [("£2.50", "two pounds fifty", "money")]


def test_what_is_said_as_written_is_no_change() -> None:
    assert pairs("The “week-end” was fine — and\nquiet…") == []


def test_the_place_is_one_in_the_authors_own_text() -> None:
    written = "Work  begins\nin Norrhaven for $3bn."

    found = word_changes(written, language="en", rules=LEXICON)

    assert [written[one.start : one.end] for one in found] == ["Norrhaven", "$3bn"]
    assert [one.written for one in found] == ["Norrhaven", "$3bn"]


def test_in_another_language_only_the_lexicon_speaks() -> None:
    assert pairs("Norrhaven hat 90.000 Häuser.", language="de") == [("Norrhaven", "NOR-ha-ven", "lexicon")]


@pytest.mark.parametrize(
    "text",
    [
        "“Mr. Smith” paid £2.50 (about 10%) on 3 May 2024 at 6:30pm; see www.bbc.co.uk/news…",
        "Jan. 5th, Tue, 1990s, and/or 555-1234: 3-2, ½ of 20°C & 1,000,000.",
        "The U.S. and the EU met at the BBC. NATO said so to Norrhaven’s BBC’s men.",
        "HARBOUR BRIDGE REOPENS A WEEK EARLY",
    ],
)
def test_the_trace_says_what_the_script_says(text: str) -> None:
    """Red where the trace applies other rules than the script, or in another order."""
    for utterance in write_script("", text, language="en-US", rules=LEXICON).utterances:
        rest = utterance.written
        for change in reversed(word_changes(utterance.written, language="en-US", rules=LEXICON)):
            assert _plain(change.spoken) in _plain(utterance.spoken)
            rest = f"{rest[: change.start]} {change.spoken} {rest[change.end :]}"

        assert _plain(rest) == _plain(utterance.spoken)


def test_every_rule_of_the_table_has_a_name() -> None:
    assert [one for one in normaliser.rules_for("in 1990") if one not in rule_names.RULE_NAMES] == []


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
