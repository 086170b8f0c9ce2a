"""The speech pool: what it does with an engine that speaks well, and in which order."""

import threading
from concurrent.futures import CancelledError
from functools import partial

import pytest
from faulty_engine import FaultyEngine
from processes import speech_children

from brief_audio.domain.errors import NotFoundError, StoppingError
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.pool import SpeechPool, default_processes
from brief_audio.speech.tone import ToneEngine

pytestmark = pytest.mark.slow


def request(text, seed=1):
    return SpeechRequest(voice="joe", text=text, seed=seed)


@pytest.fixture
def new_pool():
    pools = []

    def make(processes=1, factory=FaultyEngine, **kwargs):
        pools.append(SpeechPool(factory, processes, **kwargs))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


def pid_of(pool):
    return int(pool.submit(request("pid please")).result(60).samples[0])


def test_sounds_are_those_of_the_engine(new_pool):
    pool = new_pool(2)
    requests = [request(f"Sentence number {number}.", seed=number) for number in range(20)]

    futures = [pool.submit(each) for each in requests]

    for each, future in zip(requests, futures, strict=True):
        sound = future.result(60)
        assert sound.samples.tobytes() == ToneEngine().speak(each).samples.tobytes()
        assert sound.rate_hz == 22050


def test_voices_and_identities_need_no_child(new_pool):
    pool = new_pool()

    assert pool.voices() == ToneEngine().voices()
    assert pool.identify("joe") == ToneEngine().identify("joe")
    assert speech_children() == set()


def test_it_starts_as_many_children_as_asked_and_not_before_the_first_utterance(new_pool, tmp_path, eventually):
    pool = new_pool(3)
    assert speech_children() == set()

    waiting = [pool.submit(request(f"wait {tmp_path / str(number)}")) for number in range(4)]
    eventually(lambda: len(list(tmp_path.glob("*.begun"))) == 3)

    assert len(speech_children()) == 3
    for number in range(4):
        (tmp_path / str(number)).touch()
    assert all(future.result(60) for future in waiting)


def test_single_utterances_one_after_the_other_share_one_child(new_pool):
    pool = new_pool(4)

    pids = {pid_of(pool) for _ in range(5)}

    assert len(pids) == 1
    assert len(speech_children()) == 1


def test_utterances_are_spoken_in_the_order_of_their_submission(new_pool):
    pool = new_pool(1)
    order = []

    futures = [pool.submit(request(f"Number {number}.")) for number in range(30)]
    for number, future in enumerate(futures):
        future.add_done_callback(lambda _, number=number: order.append(number))
    futures[-1].result(60)

    assert order == list(range(30))


def test_what_has_not_begun_is_cancelled_and_what_has_is_let_finish(new_pool, tmp_path, eventually):
    pool = new_pool(1)
    begun = pool.submit(request(f"wait {tmp_path / 'go'}"))
    later = [pool.submit(request("Later.")) for _ in range(5)]
    eventually((tmp_path / "go.begun").exists)

    pool.cancel_all([begun, *later])
    (tmp_path / "go").touch()

    assert begun.result(60).duration_seconds == 3
    for future in later:
        with pytest.raises(CancelledError):
            future.result(60)
    assert pool.submit(request("And on it goes.")).result(60)


def test_it_serves_threads_other_than_the_main_one(new_pool):
    sounds = []

    def use_pool():
        pool = new_pool(1)
        sounds.append(pool.submit(request("Hello.")).result(60))
        pool.close()

    thread = threading.Thread(target=use_pool)
    thread.start()
    thread.join(60)

    assert len(sounds) == 1
    assert speech_children() == set()


def test_its_child_outlives_the_thread_that_submitted(new_pool):
    pool = new_pool(1)
    pids = []

    for _ in range(2):
        thread = threading.Thread(target=lambda: pids.append(pid_of(pool)))
        thread.start()
        thread.join(60)

    assert pids[0] == pids[1]


def test_a_child_is_replaced_after_its_share_of_utterances(new_pool):
    pool = new_pool(1, child_utterances=2)

    pids = [pid_of(pool) for _ in range(6)]

    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4] == pids[5]
    assert len(speech_children()) == 1


def test_a_child_without_work_leaves_and_the_next_utterance_gets_another(new_pool, eventually):
    pool = new_pool(1, idle_seconds=0.1)
    first = pid_of(pool)

    eventually(lambda: not speech_children())

    assert pid_of(pool) != first


def test_close_ends_idle_children_and_refuses_more(new_pool):
    pool = new_pool(2)
    [future.result(60) for future in [pool.submit(request("Hi.")) for _ in range(10)]]

    pool.close()
    pool.close()

    assert speech_children() == set()
    with pytest.raises(StoppingError, match="closed"):
        pool.submit(request("Too late."))


def test_close_ends_busy_children_and_tells_everybody_who_waits(new_pool, tmp_path, eventually):
    pool = new_pool(2)
    futures = [pool.submit(request(f"wait {tmp_path / str(number)}")) for number in range(8)]
    eventually(lambda: len(list(tmp_path.glob("*.begun"))) == 2)

    pool.close()

    assert speech_children() == set()
    for future in futures:
        with pytest.raises(StoppingError):
            future.result(0)


def test_close_does_not_wait_for_a_voice_to_load(new_pool, eventually):
    pool = new_pool(1, partial(FaultyEngine, "hang"))
    future = pool.submit(request("Hello."))
    eventually(speech_children)

    pool.close()

    assert isinstance(future.exception(0), StoppingError)
    assert speech_children() == set()


def test_a_pool_that_never_spoke_closes(new_pool):
    new_pool().close()


def test_an_unknown_voice_is_not_found_there_as_here(new_pool):
    pool = new_pool()

    with pytest.raises(NotFoundError, match="'nobody'"):
        pool.submit(SpeechRequest(voice="nobody", text="Hi.", seed=1)).result(60)
    with pytest.raises(NotFoundError, match="'nobody'"):
        pool.identify("nobody")


def test_a_factory_that_no_child_could_be_given_is_refused_at_once():
    with pytest.raises(TypeError, match="cannot be passed"):
        SpeechPool(lambda: FaultyEngine("hang"), 1)


def test_by_default_there_is_a_child_for_each_core_up_to_four():
    assert 1 <= default_processes() <= 4
