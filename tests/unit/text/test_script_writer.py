import pytest

from brief_audio.domain.errors import UnspeakableTextError
from brief_audio.domain.script import ScriptSection
from brief_audio.domain.text.script_writer import LONGEST_SPOKEN, LONGEST_WRITTEN, write_script


def test_the_headline_comes_first_and_ends_like_a_sentence():
    script = write_script("Rates rise 2%", "It was expected. Nobody cheered.", language="en")

    assert [(one.part, one.spoken) for one in script.utterances] == [
        (ScriptSection.HEADLINE, "Rates rise two percent."),
        (ScriptSection.BODY, "It was expected."),
        (ScriptSection.BODY, "Nobody cheered."),
    ]


def test_every_utterance_knows_its_place_and_keeps_the_authors_words():
    script = write_script("", "  Oil rose to “$3.5bn”.\r\n\r\nGas\tfell 5%.", language="en")

    first, second = script.utterances

    assert (first.start, first.end, first.written) == (0, 21, "Oil rose to “$3.5bn”.")
    assert (second.start, second.end, second.written) == (23, 35, "Gas\tfell 5%.")
    assert first.spoken == "Oil rose to three point five billion dollars."


def test_a_question_keeps_its_mark():
    assert write_script("Is it over?", "No!", language="en").utterances[0].spoken == "Is it over?"


def test_a_paragraph_ends_a_sentence_even_without_a_stop():
    script = write_script("", "First thing\n\nsecond thing", language="en")

    assert [one.spoken for one in script.utterances] == ["First thing.", "second thing."]


def test_a_line_that_says_nothing_joins_the_utterance_before_it():
    script = write_script("", "* * *\n\nOne.\n\n—\n\n🎉\n\nTwo.", language="en")

    assert [(one.written, one.spoken) for one in script.utterances] == [
        ("* * *\n\nOne.\n\n—\n\n🎉", "One."),
        ("Two.", "Two."),
    ]


@pytest.mark.parametrize(
    ("headline", "body"), [("", ""), ("***", ""), ("News", "🎉 🎉"), ("News", "— … —"), ("", "?!")]
)
def test_what_cannot_be_said_is_refused(headline, body):
    with pytest.raises(UnspeakableTextError, match="nothing that can be spoken") as caught:
        write_script(headline, body, language="en")

    assert caught.value.permanent


def test_a_silent_headline_does_not_silence_its_item():
    script = write_script("🎉", "Good news.", language="en")

    assert [one.part for one in script.utterances] == [ScriptSection.BODY]


def test_a_long_sentence_is_cut_into_breaths_that_go_on_with_a_comma():
    clause = "the council said that it would mend the bridge before the winter"

    script = write_script("", ", ".join([clause] * 12) + ".", language="en")

    assert len(script.utterances) > 2
    assert all(len(one.spoken) <= LONGEST_SPOKEN for one in script.utterances)
    assert [one.spoken[-1] for one in script.utterances] == [","] * (len(script.utterances) - 1) + ["."]


def test_a_sentence_that_grows_in_words_is_cut_by_what_is_said():
    numbers = " ".join(["987,654"] * 30)
    assert len(numbers) < LONGEST_WRITTEN

    script = write_script("", numbers, language="en")

    assert max(len(one.spoken) for one in script.utterances) <= LONGEST_SPOKEN
    assert sum(one.spoken.count("nine hundred") for one in script.utterances) == 30


def test_other_languages_are_cleaned_and_segmented_but_not_put_into_words():
    script = write_script("Haushalt", "Es kostet 5 €. Das ist viel", language="de-DE")

    assert [one.spoken for one in script.utterances] == ["Haushalt.", "Es kostet 5 €.", "Das ist viel."]


def test_a_message_about_a_huge_text_shows_its_beginning_only():
    with pytest.raises(UnspeakableTextError) as caught:
        write_script("", "*" * 5000, language="en")

    assert len(str(caught.value)) < 120
