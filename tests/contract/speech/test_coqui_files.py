"""Files that Coqui cannot use: each gets a sentence, and what is worth another try is told apart."""

import hashlib
import json
import shutil
import subprocess
import sys

import pytest

from brief_audio.domain.errors import VoiceUnavailableError
from brief_audio.speech.coqui import CoquiEngine
from brief_audio.speech.packaged_voice_files import checked_config, checked_model
from brief_audio.speech.packaged_voices import JOE

pytestmark = pytest.mark.slow


def converted(model, description, folder):
    from brief_audio.speech.coqui import torchaudio_stand_in

    torchaudio_stand_in.install_stand_ins()
    from brief_audio.speech.coqui.piper_conversion import convert

    convert(model, description, folder)


def edited_model(folder, edit):
    import onnx

    model = onnx.load(str(checked_model(JOE)))
    edit(model.graph.initializer)
    onnx.save(model, str(folder / "edited.onnx"))
    return folder / "edited.onnx"


def named(tensors, name):
    return next(tensor for tensor in tensors if tensor.name == name)


GAMMA = "enc_p.encoder.norm_layers_1.0.gamma"


def test_a_model_that_lacks_a_weight_is_refused_by_its_name(tmp_path):
    model = edited_model(tmp_path, lambda tensors: tensors.remove(named(tensors, GAMMA)))

    with pytest.raises(VoiceUnavailableError, match=r"lacks text_encoder\.encoder\.norm_layers_1\.0\.gamma") as raised:
        converted(model, checked_config(JOE), tmp_path)

    assert raised.value.permanent


def test_a_model_of_another_shape_is_refused_by_the_weight_that_does_not_fit(tmp_path):
    def halve(tensors):
        gamma = named(tensors, GAMMA)
        gamma.dims[0] //= 2
        gamma.raw_data = gamma.raw_data[: len(gamma.raw_data) // 2]

    model = edited_model(tmp_path, halve)

    with pytest.raises(VoiceUnavailableError, match=r"gamma: \(96,\) does not fit \(192,\)"):
        converted(model, checked_config(JOE), tmp_path)


@pytest.mark.parametrize("change", [{"num_speakers": 2}, {"phoneme_type": "text"}, {"phoneme_id_map": {"ab": [1]}}])
def test_a_voice_of_another_kind_is_refused(tmp_path, change):
    told = json.loads(checked_config(JOE).read_text(encoding="utf-8"))
    (tmp_path / "voice.json").write_text(json.dumps({**told, **change}), encoding="utf-8")

    with pytest.raises(VoiceUnavailableError, match=r"voice\.json: only single-speaker voices"):
        converted(checked_model(JOE), tmp_path / "voice.json", tmp_path)


def test_a_whole_checkpoint_that_does_not_fit_the_network_is_told_with_the_reason(model_dir, tmp_path):
    import torch

    CoquiEngine(model_dir).load("joe")
    folder = tmp_path / "joe"
    shutil.copytree(model_dir / "joe", folder)
    torch.save({"model": {}}, folder / "model.pth")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sha256"]["model.pth"] = hashlib.sha256((folder / "model.pth").read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(VoiceUnavailableError, match=r"load the voice 'joe': .* lacks text_encoder\.emb") as raised:
        CoquiEngine(tmp_path).load("joe")

    assert raised.value.permanent


def test_a_missing_coqui_is_a_permanent_error(tmp_path):
    program = (
        "import sys; sys.modules['TTS'] = None\n"
        "from pathlib import Path; from brief_audio.domain.errors import VoiceUnavailableError\n"
        "from brief_audio.speech.coqui import CoquiEngine\n"
        "try:\n"
        "    CoquiEngine(Path(sys.argv[1])).load('joe')\n"
        "except VoiceUnavailableError as error:\n"
        "    print(error.permanent, error)"
    )

    said = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)

    assert said.stdout.startswith("True cannot import Coqui (ModuleNotFoundError")
    assert said.stdout.endswith("reinstall the requirements\n")
