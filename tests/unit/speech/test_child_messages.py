"""The line between a speech child and its parent: whole messages, or an error in time."""

import pickle
import socket

import numpy as np
import pytest

from brief_audio.domain import errors
from brief_audio.domain.audio import Sound
from brief_audio.speech import child_messages


@pytest.fixture
def line():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def error_classes(root=errors.BriefAudioError):
    return [root, *(found for child in root.__subclasses__() for found in error_classes(child))]


def test_a_sound_arrives_as_it_was_sent(line):
    ours, theirs = line
    sound = Sound(np.array([0.25, -1.0, 1e-7], dtype=np.float32), 22050)

    child_messages.send(theirs, sound)
    received = child_messages.receive(ours, seconds=10)

    assert received.rate_hz == 22050
    assert received.samples.dtype == np.float32
    assert received.samples.tobytes() == sound.samples.tobytes()


def test_a_message_that_stops_half_way_is_a_timeout(line):
    ours, theirs = line
    theirs.sendall((1000).to_bytes(8) + b"only this")

    with pytest.raises(TimeoutError):
        child_messages.receive(ours, seconds=0.05)


def test_no_time_left_is_a_timeout_even_where_bytes_wait(line):
    ours, theirs = line
    child_messages.send(theirs, child_messages.Loaded())

    with pytest.raises(TimeoutError):
        child_messages.receive(ours, seconds=0)


def test_a_closed_line_is_told_apart_from_a_slow_one(line):
    ours, theirs = line
    theirs.close()

    with pytest.raises(child_messages.HungUpError):
        child_messages.receive(ours, seconds=10)
    with pytest.raises(child_messages.HungUpError):
        child_messages.send(ours, child_messages.Loaded(), seconds=10)


@pytest.mark.parametrize("error_class", error_classes(), ids=lambda found: found.__name__)
def test_every_error_keeps_its_text_and_its_retry_signal_on_the_way(error_class):
    sent = error_class("what happened", permanent=not error_class.permanent)

    received = pickle.loads(pickle.dumps(sent))

    assert type(received) is error_class
    assert str(received) == "what happened"
    assert received.permanent is not error_class.permanent
