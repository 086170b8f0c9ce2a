"""Text to phonemes: where it is cut, what is rewritten first, and what comes out."""

import os
import subprocess
import sys

import espeakng_loader
import pytest

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.phonemes import phonemise, phonemiser_version


@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("Hello world, this is a test.", "həlˈoʊ wˈɜːld, ðɪs ɪz ɐ tˈɛst."),
        ("Prices rose 3.5 percent.", "pɹˈaɪsᵻz ɹˈoʊz θɹˈiː pɔɪnt fˈaɪv pɚsˈɛnt."),
        ("Could anyone have known?", "kʊd ˈɛnɪwˌʌn hæv nˈoʊn?"),
        ("Mr. Smith left.", "mˈɪstɚ smˈɪθ lˈɛft."),
    ],
)
def test_marks_stay_and_numbers_stay_whole(text, phonemes):
    assert phonemise(text, "en-us") == phonemes


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("“It’s raining,” she said.", "It's raining, she said."),
        ("He said ‘no’ to that.", "He said no to that."),
        ("Wind—and sun – prevail.", "Wind, and sun, prevail."),
        ("A co‑author (or two).", "A co-author or two."),
        ("Well… maybe.", "Well. maybe."),
        ("The workers' union said 'no'.", "The workers union said no."),
    ],
)
def test_typographic_marks_sound_like_plain_ones(written, plain):
    assert phonemise(written, "en-us") == phonemise(plain, "en-us")


def test_the_last_sentence_falls_even_without_a_mark():
    assert phonemise("Good morning", "en-us") == phonemise("Good morning.", "en-us")


@pytest.mark.parametrize("count", [150, 300, 2000])
def test_long_text_without_a_mark_keeps_its_words_apart(count):
    said = phonemise("word " * count, "en-us")

    assert said == " ".join(["wˈɜːd"] * count) + "."


def test_one_word_longer_than_any_buffer_is_said_whole():
    said = phonemise("lo" * 1000, "en-us")

    assert said.count("l") >= 1000


def test_what_was_said_before_changes_nothing():
    sentence = "She read the book that he had read to the children."
    alone = phonemise(sentence, "en-us")

    for other in ("Who's there?!", "The 21st century", "word " * 500, "NASA, etc.", "œuvre"):
        phonemise(other, "en-us")
        assert phonemise(sentence, "en-us") == alone


def test_words_of_another_language_carry_no_language_marks():
    assert "(" not in phonemise("The café served œufs à la coque and Schadenfreude.", "en-us")


def test_an_unknown_language_is_refused():
    with pytest.raises(VoiceUnavailableError, match="does not know the language 'xx-none'"):
        phonemise("Hello.", "xx-none")


def test_the_version_names_library_and_rules():
    assert phonemiser_version() == "espeak-ng 1.52.0, rules 1"


def test_threads_that_need_the_library_first_start_it_once():
    program = (
        "from concurrent.futures import ThreadPoolExecutor; from brief_audio.speech.phonemes import phonemise\n"
        "with ThreadPoolExecutor(20) as threads:\n"
        "    print(len(set(threads.map(lambda _: phonemise('Good morning.', 'en-us'), range(200)))))"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout == "1\n"


def test_a_missing_wheel_is_a_permanent_error():
    assert "cannot load the espeak-ng library" in refusal("import sys; sys.modules['espeakng_loader'] = None")


def test_data_in_a_folder_with_a_very_long_path_are_found(tmp_path):
    folder = tmp_path / ("long folder " * 20).strip() / "espeak-ng-data"
    folder.parent.mkdir()
    folder.symlink_to(espeakng_loader.get_data_path())
    program = (
        f"import espeakng_loader; espeakng_loader.get_data_path = lambda: {str(folder)!r}\n"
        "from brief_audio.speech.phonemes import phonemise\n"
        "print(phonemise('Good morning.', 'en-us'), phonemise('Guten Morgen.', 'de'))"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout == f"{phonemise('Good morning.', 'en-us')} {phonemise('Guten Morgen.', 'de')}\n"


def test_missing_data_are_a_permanent_error(tmp_path):
    no_data = f"import espeakng_loader; espeakng_loader.get_data_path = lambda: '{tmp_path}'"

    assert f"espeak-ng found no data in {tmp_path}" in refusal(no_data)


def refusal(preparation):
    """What a process of its own says, because the library starts once in each."""
    program = (
        f"{preparation}\n"
        "from brief_audio.domain.errors import VoiceUnavailableError\n"
        "from brief_audio.speech.phonemes import phonemise\n"
        "try:\n"
        "    phonemise('Hello.', 'en-us')\n"
        "except VoiceUnavailableError as error:\n"
        "    print(error.permanent, error)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("True ")
    return said.stdout


def test_no_program_is_needed():
    program = "from brief_audio.speech.phonemes import phonemise; print(ascii(phonemise('Hi there.', 'en-us')))"

    said = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PATH": ""}, capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == ascii(phonemise("Hi there.", "en-us"))
