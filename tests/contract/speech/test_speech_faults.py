"""The speech pool when its children hang, crash, are killed or talk nonsense: one try of one utterance, no more."""

import os
import random
import resource
import signal
from functools import partial

import pytest
from faulty_engine import FaultyEngine, broken_factory
from processes import is_running, speech_children

from brief_audio.domain.errors import (
    BadSoundError,
    SpeechCrashedError,
    SpeechError,
    SpeechTimeoutError,
    UnspeakableTextError,
    VoiceUnavailableError,
)
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.pool import SpeechPool

pytestmark = pytest.mark.slow


def request(text):
    return SpeechRequest(voice="joe", text=text, seed=1)


@pytest.fixture
def new_pool():
    pools = []

    def make(processes=1, factory=FaultyEngine, **kwargs):
        pools.append(SpeechPool(factory, processes, **kwargs))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


def outcome(pool, text):
    return pool.submit(request(text)).result(60)


def pid_of(pool):
    return int(outcome(pool, "pid please").samples[0])


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("exit 7", SpeechCrashedError, "exited with status 7"),
        ("exit 0", SpeechCrashedError, "exited with status 0"),
        ("kill it", SpeechCrashedError, "was ended by SIGKILL"),
        ("hang it", SpeechTimeoutError, r"took more than 0\.5 s"),
        ("freeze it", SpeechTimeoutError, r"took more than 0\.5 s"),
        ("bug somewhere", SpeechError, "ValueError: somewhere"),
        ("starve it", SpeechError, "MemoryError: Unable to allocate 4"),
    ],
)
def test_a_child_that_fails_costs_one_utterance_and_is_replaced(new_pool, text, error, told):
    pool = new_pool(1, utterance_seconds=0.5)
    before = pid_of(pool)

    with pytest.raises(error, match=told) as raised:
        outcome(pool, text)

    assert type(raised.value) is error
    assert not raised.value.permanent
    assert pid_of(pool) != before
    assert not is_running(before)
    assert len(speech_children()) == 1


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        ("nan now", BadSoundError, "values that are not numbers"),
        ("empty now", BadSoundError, "no audio"),
        ("silent now", BadSoundError, "silence"),
        ("endless now", BadSoundError, "30 s of audio for 11 characters"),
        ("short now, for so many words", BadSoundError, "only 100 ms of audio for 22 letters"),
        ("bad luck", BadSoundError, "luck"),
        ("refuse this", UnspeakableTextError, "this"),
    ],
)
def test_an_utterance_that_fails_leaves_the_child_in_its_place(new_pool, text, error, told):
    pool = new_pool(1)
    before = pid_of(pool)

    with pytest.raises(error, match=told) as raised:
        outcome(pool, text)

    assert raised.value.permanent is error.permanent
    assert pid_of(pool) == before


def test_the_other_children_go_on_while_one_hangs(new_pool, tmp_path):
    pool = new_pool(2, utterance_seconds=30)
    pool.submit(request("hang here"))

    sounds = [pool.submit(request(f"Number {number}.")) for number in range(10)]

    assert all(sound.result(25) for sound in sounds)


def test_a_child_killed_while_idle_costs_nothing(new_pool, eventually):
    pool = new_pool(1)
    before = pid_of(pool)

    os.kill(before, signal.SIGKILL)
    eventually(lambda: not is_running(before))

    assert pid_of(pool) != before


def test_a_child_killed_from_outside_while_it_speaks_costs_one_utterance(new_pool, tmp_path, eventually):
    pool = new_pool(1)
    before = pid_of(pool)
    waiting = pool.submit(request(f"wait {tmp_path / 'go'}"))
    eventually((tmp_path / "go.begun").exists)

    os.kill(before, signal.SIGKILL)  # as the kernel does where memory has run out

    with pytest.raises(SpeechCrashedError, match="was ended by SIGKILL"):
        waiting.result(60)
    assert pid_of(pool) != before


def test_a_child_that_hangs_up_between_two_utterances_costs_nothing(new_pool):
    pool = new_pool(1, partial(FaultyEngine, "exit once it has spoken"))
    before = pid_of(pool)

    assert pid_of(pool) != before


def test_a_child_that_ends_before_its_first_utterance_is_not_asked_about_again(new_pool):
    pool = new_pool(1, partial(FaultyEngine, "exit"))

    with pytest.raises(SpeechCrashedError):
        outcome(pool, "Hello.")


def test_a_child_that_has_grown_is_replaced_after_its_utterance(new_pool):
    pool = new_pool(1, child_memory_mib=300)

    pids = [int(outcome(pool, f"grow {mebibytes}").samples[0]) for mebibytes in (100, 10, 400, 10)]

    assert pids[0] == pids[1] == pids[2] != pids[3]
    assert len(speech_children()) == 1


def test_what_a_failed_utterance_and_a_library_print_stands_in_the_log(new_pool, caplog):
    pool = new_pool(1)

    with pytest.raises(SpeechError):
        outcome(pool, "bug somewhere")
    outcome(pool, "print a warning")
    pool.close()

    assert "ValueError: somewhere" in caplog.text
    assert "in _bug" in caplog.text
    assert "a warning" in [record.getMessage() for record in caplog.records]


def test_a_voice_that_does_not_load_in_time_is_unavailable(new_pool):
    pool = new_pool(1, partial(FaultyEngine, "hang"), load_seconds=1.0)

    with pytest.raises(VoiceUnavailableError, match="'joe' did not load in 1 s"):
        outcome(pool, "Hello.")

    assert speech_children() == set()


@pytest.mark.parametrize(
    ("factory", "error", "told"),
    [
        (partial(FaultyEngine, "unavailable"), VoiceUnavailableError, "the disk is full"),
        (partial(FaultyEngine, "bug"), SpeechError, "RuntimeError: size mismatch"),
        (partial(FaultyEngine, "exit"), SpeechCrashedError, "status 3"),
        (broken_factory, SpeechError, "ImportError: no such library"),
    ],
)
def test_a_voice_that_cannot_be_loaded_says_why(new_pool, factory, error, told):
    pool = new_pool(1, factory)

    for _ in range(2):
        with pytest.raises(error, match=told):
            outcome(pool, "Hello.")


def test_a_load_that_failed_is_tried_again(new_pool, tmp_path):
    pool = new_pool(1, partial(FaultyEngine, "unavailable once", str(tmp_path / "failed")))

    with pytest.raises(VoiceUnavailableError):
        outcome(pool, "Hello.")

    assert outcome(pool, "Hello.")


def test_the_limit_for_an_utterance_does_not_count_the_start_of_its_child(new_pool):
    pool = new_pool(1, utterance_seconds=0.05)

    assert outcome(pool, "Hello.")


def test_a_system_without_room_for_a_process_fails_the_utterance_and_not_the_pool(new_pool):
    pool = new_pool(1)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        error = pool.submit(request("Hello.")).exception(60)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert isinstance(error, SpeechCrashedError)
    assert "Too many open files" in str(error)
    assert outcome(pool, "Hello.")


def test_every_utterance_of_a_bad_day_gets_an_answer(new_pool):
    texts = ["Well said.", "exit 1", "kill it", "bug it", "nan it", "hang it", "refuse it", "Well said."] * 4
    random.shuffle(texts)
    pool = new_pool(3, utterance_seconds=0.3)

    errors = [pool.submit(request(text)) for text in texts]

    for text, future in zip(texts, errors, strict=True):
        assert isinstance(future.exception(120), SpeechError) is (text != "Well said.")
