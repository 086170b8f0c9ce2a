from dataclasses import replace

import pytest

from brief_audio.domain.narration_key import narration_key, utterance_seed
from brief_audio.domain.script import Script, ScriptSection, Utterance
from brief_audio.domain.text.script_writer import write_script

SCRIPT = write_script("Rates rise", "It cost $5. Nobody cheered.", language="en")
VOICE = {"engine": "tone", "voice": "beep", "model_sha256": "ab" * 32, "phonemiser": "none 1", "speed": 1.0, "take": 0}
KEY = narration_key(SCRIPT, **VOICE)


def test_a_key_is_64_hexadecimal_digits_and_always_the_same():
    assert KEY == "90802857ccfec0d25b591cc94c03dce57801bae96476d9f2ce48faf977a4e0a9"
    assert narration_key(SCRIPT, **VOICE | {"speed": 1}) == KEY


@pytest.mark.parametrize(
    "changed",
    [
        {"engine": "coqui"},
        {"voice": "joe"},
        {"model_sha256": "cd" * 32},
        {"phonemiser": "none 2"},
        {"speed": 1.1},
        {"take": 1},
    ],
)
def test_every_input_changes_the_key(changed):
    assert narration_key(SCRIPT, **VOICE | changed) != KEY


def test_what_is_spoken_changes_the_key():
    first, *rest = SCRIPT.utterances

    assert narration_key(Script((replace(first, spoken="Rates fall."), *rest)), **VOICE) != KEY
    assert narration_key(Script(tuple(rest)), **VOICE) != KEY
    assert narration_key(Script((*rest, first)), **VOICE) != KEY


def test_where_one_utterance_ends_changes_the_key():
    one, two = (Utterance(ScriptSection.BODY, 0, 4, "", spoken) for spoken in ("a.", "b."))
    joined = Utterance(ScriptSection.BODY, 0, 4, "", "a. b.")

    assert narration_key(Script((one, two)), **VOICE) != narration_key(Script((joined,)), **VOICE)


def test_the_authors_spelling_and_places_do_not():
    moved = tuple(replace(one, written="", start=one.start + 9, end=one.end + 9) for one in SCRIPT.utterances)

    assert narration_key(Script(moved), **VOICE) == KEY


def test_seeds_differ_by_key_and_number_and_stay_in_range():
    seeds = {utterance_seed(key, number) for key in (KEY, "0" * 64) for number in range(500)}

    assert len(seeds) == 1000
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert utterance_seed(KEY, 0) == utterance_seed(KEY, 0)
