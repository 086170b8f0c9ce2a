"""Which of Coqui's models may become a voice, as far as its name tells."""

import pytest

from brief_audio.config.settings import Settings
from brief_audio.domain.errors import SettingsError


def read(name: str) -> Settings:
    return Settings.from_env({"BRIEF_COQUI_MODEL": name}, processors=2, needs_secret=False)


@pytest.mark.parametrize(
    "name", ["tts_models/multilingual/multi-dataset/bark", "tts_models/en/multi-dataset/tortoise-v2"]
)
def test_a_model_that_is_a_folder_is_refused_before_gigabytes_of_it_are_fetched(name: str) -> None:
    with pytest.raises(SettingsError, match=f"BRIEF_COQUI_MODEL='{name}': .* are not supported; use another model"):
        read(name)


@pytest.mark.parametrize(
    "name",
    ["tts_models/en/ljspeech/vits", "tts_models/multilingual/multi-dataset/xtts_v2", "tts_models/deu/fairseq/vits"],
)
def test_other_models_of_coquis_list_are_taken_by_name(name: str) -> None:
    assert read(name).coqui_model == name
