"""Where slots wait for utterances: in order, warm ones first, and nobody for ever."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.utterance_queue import ClosedError, QueuedUtterance, UtteranceQueue


def job(number=0):
    return QueuedUtterance(SpeechRequest("joe", f"Number {number}.", number), Future())


def waits(jobs, *, is_warm):
    """Start a thread that takes a job, and return its answer once the thread is waiting."""
    threads = ThreadPoolExecutor(1)
    answer = threads.submit(jobs.take, is_warm=is_warm, seconds=30)
    before = threading.Event()
    while not (jobs._waiting_warm if is_warm else jobs._waiting_cold):
        before.wait(0.001)
    threads.shutdown(wait=False)
    return answer


def test_jobs_are_taken_in_their_order():
    jobs = UtteranceQueue()
    put = [job(number) for number in range(5)]
    for each in put:
        jobs.put(each)

    assert [jobs.take(is_warm=False, seconds=0) for _ in put] == put


def test_nobody_waits_longer_than_asked():
    assert UtteranceQueue().take(is_warm=True, seconds=0.01) is None


@pytest.mark.parametrize("first", [True, False])
def test_one_job_goes_to_who_is_warm_whoever_came_first(first):
    jobs = UtteranceQueue()
    answers = {is_warm: waits(jobs, is_warm=is_warm) for is_warm in (first, not first)}

    jobs.put(job())

    assert answers[True].result(30)
    assert not answers[False].done()
    jobs.close()


def test_two_jobs_wake_who_is_cold_too():
    jobs = UtteranceQueue()
    answers = [waits(jobs, is_warm=is_warm) for is_warm in (True, False)]

    jobs.put(job(1))
    jobs.put(job(2))

    assert {answer.result(30).request.seed for answer in answers} == {1, 2}


def test_putting_says_whether_another_slot_would_help():
    jobs = UtteranceQueue()
    assert jobs.put(job()) is True
    jobs.take(is_warm=True, seconds=0)

    waiting = waits(jobs, is_warm=True)

    assert jobs.put(job()) is False
    waiting.result(30)


def test_closing_returns_what_is_left_and_sends_everybody_away():
    jobs = UtteranceQueue()
    waiting = waits(jobs, is_warm=False)
    left = [job(1), job(2)]

    with jobs._changed:  # so that nobody takes them in between
        for number, each in enumerate(left):
            jobs._jobs.append((0, 0, number, each))
        assert jobs.close() == left

    assert isinstance(waiting.exception(30), ClosedError)
    with pytest.raises(ClosedError):
        jobs.put(job())
    with pytest.raises(ClosedError):
        jobs.take(is_warm=True, seconds=0)


def urgent(priority, number=0, turn=0):
    return QueuedUtterance(SpeechRequest("joe", f"Number {number}.", number, priority=priority, turn=turn), Future())


def test_the_smallest_priority_is_taken_first_and_equal_ones_in_their_order():
    """Red without `job.request.priority` in `brief_audio/speech/utterance_queue.py:put`."""
    jobs = UtteranceQueue()
    put = [urgent(500, 1), urgent(100, 2), urgent(500, 3), urgent(50, 4), urgent(100, 5)]
    for each in put:
        jobs.put(each)

    taken = [jobs.take(is_warm=True, seconds=0).request.seed for _ in put]

    assert taken == [4, 2, 5, 1, 3]


def test_equally_urgent_jobs_are_done_one_after_the_other():
    """Red without `job.request.turn` in `brief_audio/speech/utterance_queue.py:put`."""
    jobs = UtteranceQueue()
    put = [urgent(50, 1, turn=7), urgent(50, 2, turn=8), urgent(50, 3, turn=7), urgent(50, 4, turn=8), urgent(10, 5, 9)]
    for each in put:
        jobs.put(each)

    taken = [jobs.take(is_warm=True, seconds=0).request.seed for _ in put]

    assert taken == [5, 1, 3, 2, 4]


def test_what_comes_later_and_is_more_urgent_overtakes_what_waits():
    """Red without `job.request.priority` in `brief_audio/speech/utterance_queue.py:put`."""
    jobs = UtteranceQueue()
    for number in range(3):
        jobs.put(urgent(500, number))
    jobs.take(is_warm=True, seconds=0)

    jobs.put(urgent(50, 9))

    assert [jobs.take(is_warm=True, seconds=0).request.seed for _ in range(3)] == [9, 1, 2]


def test_equal_requests_need_not_be_comparable():
    """Red without the number between priority and job in `brief_audio/speech/utterance_queue.py:put`."""
    jobs = UtteranceQueue()
    put = [urgent(100) for _ in range(9)]
    for each in put:
        jobs.put(each)

    taken = [jobs.take(is_warm=True, seconds=0) for _ in put]

    assert all(one is other for one, other in zip(taken, put, strict=True))


def test_closing_returns_what_is_left_the_most_urgent_first():
    """Red without `sorted` in `brief_audio/speech/utterance_queue.py:close`."""
    jobs = UtteranceQueue()
    for priority in (500, 100, 300, 50, 200):
        jobs.put(urgent(priority))

    assert [job.request.priority for job in jobs.close()] == [50, 100, 200, 300, 500]
