"""Models of the operator's own: the default voice under another name, other networks, and files that are wrong."""

import json
import shutil
import socket
from contextlib import closing, suppress
from functools import partial

import numpy as np
import pytest
from processes import speech_children

from brief_audio.domain.errors import SpeechError, StoppingError, VoiceUnavailableError
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.coqui import CoquiEngine
from brief_audio.speech.own_model import OwnModel
from brief_audio.speech.pool import SpeechPool

pytestmark = pytest.mark.slow

LONG = "The council approved the new budget on Tuesday night, after a long debate about roads and the price of water."


@pytest.fixture(scope="module")
def joe(model_dir):
    """The folder of the converted default voice."""
    CoquiEngine(model_dir).load("joe")
    return model_dir / "joe"


@pytest.fixture
def own(joe, model_dir, tmp_path):
    """Copies the default voice's files, changes them as asked, and gives an engine that has them as `anna`."""

    def make(*, change_config=None, state=None, **chosen):
        folder = tmp_path / "a model of my own"
        folder.mkdir()
        checkpoint, config = folder / "best model.pth", folder / "its config.json"
        shutil.copy(joe / "model.pth", checkpoint)
        told = json.loads((joe / "config.json").read_text())
        if change_config:
            change_config(told)
        config.write_text(json.dumps(told))
        if state is not None:
            import torch

            torch.save(state, checkpoint)
        return CoquiEngine(model_dir, own=OwnModel("anna", checkpoint=checkpoint, config=config, **chosen))

    return make


def files_of(engine):
    return engine._sources["anna"].model


def test_a_copy_of_the_default_voice_speaks_bit_by_bit_as_it_does(own):
    engine = own()

    anna, joe = (engine.speak(SpeechRequest(voice, LONG, 7, 1.1)) for voice in ("anna", "joe"))

    assert anna.samples.tobytes() == joe.samples.tobytes()
    assert anna.rate_hz == joe.rate_hz


def test_its_card_says_what_is_not_known(own):
    card = own().voices()[-1]

    assert (card.name, card.engine, card.language, card.rate_hz) == ("anna", "coqui", "en-US", 22050)
    assert card.licence == "see the model's own terms"
    assert "best model.pth" in card.descends_from
    assert not card.is_verified


def test_whatever_decides_its_sound_is_in_its_identity(own):
    engine = own()
    before = engine.identify("anna")
    config = files_of(engine).config

    config.write_text(config.read_text().replace("0.333", "0.5").replace("0.8", "0.7") + " ")
    changed = engine.identify("anna")

    assert before.model_sha256 == changed.model_sha256 != engine.identify("joe").model_sha256
    assert before.phonemiser.startswith("espeak-ng 1.52.0, rules ")
    assert before.phonemiser != changed.phonemiser


def test_an_exchanged_checkpoint_is_another_voice(own):
    engine = own()
    before = engine.identify("anna")

    files_of(engine).checkpoint.write_bytes(b"something else")

    assert engine.identify("anna").model_sha256 != before.model_sha256


def test_an_exchanged_model_is_heard_from_a_process_that_holds_the_old_one(own, model_dir):
    model = files_of(own())
    factory = partial(CoquiEngine, model_dir, own=model)
    pool = SpeechPool(factory, processes=1)

    def spoken(identity):
        return pool.submit(SpeechRequest("anna", LONG, seed=7, identity=identity)).result(120).samples.tobytes()

    with closing(pool):
        before = pool.identify("anna")
        old = spoken(before)
        children = speech_children()
        whisper(model.checkpoint)
        still_old, after = spoken(before), pool.identify("anna")
        new = spoken(after)

        assert still_old == old != new
        assert new == factory().speak(SpeechRequest("anna", LONG, seed=7)).samples.tobytes()
        with pytest.raises(VoiceUnavailableError, match="replaced"):
            spoken(before)
        assert speech_children() == children


def whisper(checkpoint):
    """Make the weights of the last convolution of the decoder half as large: a file of the same size."""
    import torch

    state = torch.load(checkpoint, weights_only=True)
    for name in [name for name in state["model"] if name.startswith("waveform_decoder.conv_post")]:
        state["model"][name] = state["model"][name] / 2
    torch.save(state, checkpoint)


def test_a_model_with_speakers_needs_one_by_name(own):
    def add_speakers(told):
        told["speakers"] = ["ann", "bob", "cid"]
        told["model_args"] |= {"use_speaker_embedding": True, "num_speakers": 3}

    refused = own(change_config=add_speakers)

    with pytest.raises(VoiceUnavailableError, match=r"lacks (emb_g|waveform_decoder\.cond)") as raised:
        refused.load("anna")
    assert raised.value.permanent


@pytest.mark.parametrize("speaker", [None, "bob", "zoe"])
def test_a_speaker_is_chosen_by_setting(own, speaker, tmp_path):
    config, state = random_vits(speakers=["ann", "bob"])
    engine = own(change_config=lambda told: (told.clear(), told.update(config)), state=state, speaker=speaker)

    if speaker == "bob":
        assert len(engine._loaded["anna"].get().say("həlˈoʊ.", seed=1, speed=1.0).samples)
        assert "speaker bob" in engine.identify("anna").phonemiser
        return
    with pytest.raises(VoiceUnavailableError, match=r"2 speakers \(ann, bob\); set BRIEF_COQUI_SPEAKER") as raised:
        engine.load("anna")
    assert raised.value.permanent


def test_a_model_of_one_speaker_needs_the_setting_taken_away(own):
    engine = own(speaker="bob")

    with pytest.raises(VoiceUnavailableError, match="only one speaker: unset BRIEF_COQUI_SPEAKER") as raised:
        engine.load("anna")
    assert raised.value.permanent


def random_vits(*, speakers):
    """A configuration and a checkpoint of a small untrained VITS with speakers."""
    from brief_audio.speech.coqui import torchaudio_stand_in

    torchaudio_stand_in.install_stand_ins()
    from TTS.tts.configs.vits_config import VitsArgs, VitsConfig

    from brief_audio.speech.coqui.vits_voice import build_network

    sizes = {"hidden_channels": 16, "hidden_channels_ffn_text_encoder": 16, "upsample_initial_channel_decoder": 32}
    args = VitsArgs(num_layers_text_encoder=1, num_layers_flow=1, num_layers_posterior_encoder=1, **sizes)
    args.use_speaker_embedding, args.num_speakers, args.speaker_embedding_channels = True, len(speakers), 8
    config = VitsConfig(model_args=args, use_phonemes=True, phonemizer="espeak", phoneme_language="en-us")
    config.speakers = speakers
    described = config.to_dict()
    return described, {"model": build_network(config).state_dict()}


def random_glow_tts():
    from brief_audio.speech.coqui import torchaudio_stand_in

    torchaudio_stand_in.install_stand_ins()
    from TTS.tts.configs.glow_tts_config import GlowTTSConfig
    from TTS.tts.models.glow_tts import GlowTTS

    from brief_audio.speech.coqui import synthesizer_voice

    config = GlowTTSConfig(hidden_channels_enc=32, hidden_channels_dec=16, num_flow_blocks_dec=2, num_block_layers=1)
    config.encoder_params["hidden_channels_ffn"] = 32
    config.audio.do_trim_silence = True
    config.audio.griffin_lim_iters = 10
    config.use_phonemes, config.phonemizer, config.phoneme_language = True, "espeak", "en-us"
    synthesizer_voice._offer_our_espeak()
    return config.to_dict(), {"model": GlowTTS(config).state_dict()}


def test_another_network_speaks_through_coquis_own_synthesizer_with_our_phonemes(own, monkeypatch):
    monkeypatch.setenv("PATH", "")  # no espeak-ng program either
    config, state = random_glow_tts()
    engine = own(change_config=lambda told: (told.clear(), told.update(config)), state=state)

    sounds = [engine._loaded["anna"].get().say(LONG, seed=seed, speed=1.0) for seed in (1, 2, 1)]

    assert sounds[0].rate_hz == 22050
    assert len(sounds[0].samples) > 22050
    assert np.isfinite(sounds[0].samples).all()
    assert sounds[0].samples[-2000:].any()  # Coqui's zeros are not there
    assert sounds[0].samples.tobytes() == sounds[2].samples.tobytes()
    assert sounds[0].samples.tobytes() != sounds[1].samples.tobytes()


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({"model": {}}, "the checkpoint lacks text_encoder"),
        ({"weights": {}}, "'model' is missing"),
        ([1, 2], "'model' is missing"),
    ],
)
def test_a_checkpoint_of_something_else_is_told_in_a_sentence(own, state, told):
    with pytest.raises(VoiceUnavailableError, match=told) as raised:
        own(state=state).load("anna")

    assert raised.value.permanent
    assert "best model.pth" in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"\x80\x02 no checkpoint", b"PK\x03\x04 half a zip", None])
def test_a_corrupt_or_missing_checkpoint_is_told_in_a_sentence(own, content):
    engine = own()
    checkpoint = files_of(engine).checkpoint
    checkpoint.unlink() if content is None else checkpoint.write_bytes(content)

    with pytest.raises(VoiceUnavailableError, match=r"best model\.pth"):
        engine.load("anna")


def test_nothing_in_a_checkpoint_is_run(own, tmp_path):
    engine = own(state={"model": Trap(tmp_path / "sprung")})

    with pytest.raises(VoiceUnavailableError, match="UnpicklingError: Weights only load failed"):
        engine.load("anna")

    assert not (tmp_path / "sprung").exists()


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is not valid JSON"),
        ("[]", "'audio' is missing"),
        ('{"audio": {"sample_rate": 22050}, "model": "nonsense"}', "cannot load"),
        ('{"audio": {"sample_rate": 22050}}', "cannot load"),
        (None, "cannot read"),
    ],
)
def test_a_wrong_configuration_is_told_in_a_sentence(own, content, told):
    engine = own()
    config = files_of(engine).config
    config.unlink() if content is None else config.write_text(content)

    with pytest.raises(VoiceUnavailableError, match=told) as raised:
        engine.load("anna")
    assert raised.value.permanent
    assert engine.voices()[-1].name == "anna"  # which must not fail for it


@pytest.mark.parametrize(
    ("name", "told", "is_permanent", "call"),
    [
        (
            "tts_models/en/ljspeech/no-such-model",
            "Coqui's list of models does not include 'no-such-model'",
            True,
            "identify",
        ),
        ("tts_models/multilingual/multi-dataset/xtts_v2", "non-commercial CPML.*COQUI_TOS_AGREED=1", True, "identify"),
        (
            "tts_models/en/ljspeech/vits",
            "could not download tts_models/en/ljspeech/vits: .*Error",
            False,
            "identify",
        ),
        ("tts_models/en/ljspeech/vits", "could not download tts_models/en/ljspeech/vits: .*Error", False, "load"),
    ],
)
def test_a_model_that_coqui_cannot_download_is_told_in_a_sentence(
    tmp_path, monkeypatch, name, told, is_permanent, call
):
    for protocol in ("http", "https", "all"):
        monkeypatch.setenv(f"{protocol}_proxy", "http://127.0.0.1:1")  # where nobody answers
    engine = CoquiEngine(tmp_path, own=OwnModel("anna", name=name))

    with pytest.raises(VoiceUnavailableError, match=told) as raised:
        getattr(engine, call)("anna")

    assert raised.value.permanent is is_permanent


def test_a_download_that_hangs_ends_with_the_job_that_waits_for_it(tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for protocol in ("http", "https", "all"):
            monkeypatch.setenv(f"{protocol}_proxy", f"http://127.0.0.1:{silent.getsockname()[1]}")
        silent.setblocking(False)
        callers = []

        def check():
            with suppress(BlockingIOError):
                callers.append(silent.accept()[0])
                raise StoppingError("the worker is stopping")

        pool = SpeechPool(partial(CoquiEngine, tmp_path, own=OwnModel("anna", name="tts_models/en/ljspeech/vits")))
        with closing(pool), pytest.raises(StoppingError):
            pool.identify("anna", check)

        with callers[0] as caller:
            caller.settimeout(30)
            while caller.recv(4096):  # it ends once the process that called has
                pass


def test_a_speed_that_a_network_does_not_know_is_refused(own):
    config, state = random_glow_tts()
    engine = own(change_config=lambda told: (told.clear(), told.update(config)), state=state)
    voice = engine._loaded["anna"].get()
    voice._length_scale = None  # as of a network without one

    with pytest.raises(SpeechError, match="set the speed to 1") as raised:
        voice.say(LONG, seed=1, speed=1.5)
    assert raised.value.permanent
