"""What is known of an own model without loading it: its files, its card, and whether it was downloaded."""

import json
import subprocess
import sys

import pytest

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.coqui import CoquiEngine
from brief_audio.speech.coqui.downloaded_models import Downloaded, folder_of, known, write_note
from brief_audio.speech.coqui.own_model_source import OwnModelSource
from brief_audio.speech.own_model import OwnModel

CONFIG = {"model": "vits", "audio": {"sample_rate": 16000}, "phoneme_language": "de", "use_phonemes": False}
NAME = "tts_models/en/ljspeech/vits"


@pytest.fixture
def own(tmp_path):
    def make(config=CONFIG, **chosen):
        (tmp_path / "model.pth").write_bytes(b"weights")
        (tmp_path / "config.json").write_text(json.dumps(config))
        return OwnModel("anna", checkpoint=tmp_path / "model.pth", config=tmp_path / "config.json", **chosen)

    return make


@pytest.mark.parametrize(
    ("config", "language", "tag"),
    [
        (CONFIG, None, "de"),
        ({**CONFIG, "phoneme_language": "en-us"}, None, "en-US"),
        ({**CONFIG, "phoneme_language": None}, None, "und"),
        (CONFIG, "de-AT", "de-AT"),
    ],
)
def test_the_card_names_the_language(own, tmp_path, config, language, tag):
    assert OwnModelSource(own(config, language=language), tmp_path).card.language == tag


@pytest.mark.parametrize(
    ("audio", "rate_hz"),
    [({"sample_rate": 16000}, 16000), ({"sample_rate": 22050, "output_sample_rate": 24000}, 24000), ({}, 0)],
)
def test_the_card_names_the_rate_of_what_comes_out(own, tmp_path, audio, rate_hz):
    assert OwnModelSource(own({**CONFIG, "audio": audio}), tmp_path).card.rate_hz == rate_hz


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (OwnModel("anna", name=NAME), "see the model's own terms; Coqui's list says apache 2.0"),
        (OwnModel("anna", name="tts_models/en/none/none"), "see the model's own terms"),
        (OwnModel("anna", name="tts_models/multilingual/multi-dataset/xtts_v2"), "CPML: non-commercial use only;"),
    ],
)
def test_the_card_says_what_coquis_list_says_of_the_terms(tmp_path, model, told):
    card = OwnModelSource(model, tmp_path).card

    assert card.licence.startswith(told)
    assert model.name in card.descends_from
    assert card.rate_hz == 0


def test_xtts_is_named_non_commercial_from_a_checkpoint_too(own, tmp_path):
    assert "non-commercial" in OwnModelSource(own({**CONFIG, "model": "xtts"}), tmp_path).card.licence


def test_another_speaker_or_language_is_another_identity(own, tmp_path):
    chosen = [{}, {"speaker": "ann"}, {"speaker": "bob"}, {"language": "de-AT"}]

    identities = {OwnModelSource(own(**each), tmp_path).identify() for each in chosen}

    assert len(identities) == len(chosen)


def test_a_card_never_fails(tmp_path):
    model = OwnModel("anna", checkpoint=tmp_path / "none.pth", config=tmp_path / "none.json")

    assert OwnModelSource(model, tmp_path).card.name == "anna"
    with pytest.raises(VoiceUnavailableError, match=r"cannot read .*none\.json .*BRIEF_COQUI_CHECKPOINT") as raised:
        OwnModelSource(model, tmp_path).identify()
    assert raised.value.permanent


def downloaded(tmp_path):
    """Files as Coqui's manager leaves them, and a note of them in the place where notes of `NAME` lie."""
    files = [tmp_path / name for name in ("model_file.pth", "config.json", "vocoder.pth", "vocoder.json")]
    for file in files:
        file.write_text(json.dumps(CONFIG))
    found = Downloaded(*files)
    folder = folder_of(NAME, tmp_path)
    folder.parent.mkdir()
    write_note(folder, found)
    return found


def test_a_model_downloaded_before_is_known_without_asking_coqui(tmp_path):
    found = downloaded(tmp_path)

    identity = CoquiEngine(tmp_path, own=OwnModel("anna", name=NAME)).identify("anna")

    assert known(NAME, tmp_path) == found
    assert identity.phonemiser.startswith("coqui-tts ")
    assert "vocoder " in identity.phonemiser


@pytest.mark.parametrize("damage", ["a file is gone", "half a note", "another note", "no note"])
def test_a_model_that_is_not_whole_is_not_known(tmp_path, damage):
    found = downloaded(tmp_path)
    [note] = (tmp_path / "downloaded").glob("*.json")
    match damage:
        case "a file is gone":
            found.vocoder.unlink()
        case "half a note":
            note.write_text(note.read_text()[:20])
        case "another note":
            note.write_text("[1, 2]")
        case _:
            note.unlink()

    assert known(NAME, tmp_path) is None


def test_own_models_are_known_without_importing_torch(own):
    model = own()
    program = (
        "import sys; from pathlib import Path; from brief_audio.speech.engines import engine_factory\n"
        "from brief_audio.speech.own_model import OwnModel\n"
        f"own = OwnModel('anna', checkpoint=Path({str(model.checkpoint)!r}), config=Path({str(model.config)!r}))\n"
        "engine = engine_factory('coqui', model_dir=Path('.'), load_seconds=1, own=own)()\n"
        "print(engine.voices()[-1].name, engine.identify('anna').voice, {'torch', 'TTS', 'onnx'} & set(sys.modules))"
    )

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert told.stdout == "anna anna set()\n"


def test_the_tone_answers_to_the_own_voice_too(tmp_path, own):
    from brief_audio.speech.engines import engine_factory

    engine = engine_factory("tone", model_dir=tmp_path, load_seconds=1, own=own())()

    assert engine.identify("anna").engine == "tone"
