"""What a speech child and its parent say to each other: pickles over a socket, each after its length.

Both read with a deadline to the byte, so that a child which stops in the middle of an answer cannot hold its parent.
"""

import pickle
import socket
import struct
import time
from dataclasses import dataclass

from brief_audio.domain.audio import Sound
from brief_audio.domain.errors import BriefAudioError
from brief_audio.speech.base import SpeechRequest

_LENGTH = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Loaded:
    """The voice is in memory; the utterance begins."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The utterance failed; `is_expected` where the engine said so itself, and can go on, else with a `trace`."""

    error: BriefAudioError
    is_expected: bool
    trace: str = ""


Message = SpeechRequest | Loaded | Sound | Failure


class HungUpError(Exception):
    """The other end closed the socket, or its process ended."""


def send(line: socket.socket, message: Message, *, seconds: float | None = None) -> None:
    """Send one message; raise `TimeoutError` after `seconds`, `HungUpError` where nobody listens."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    line.settimeout(seconds)
    try:
        line.sendall(_LENGTH.pack(len(body)) + body)
    except ConnectionError as error:
        raise HungUpError from error


def receive(line: socket.socket, *, seconds: float | None = None) -> Message:
    """Return the next message; raise `TimeoutError` when it is not whole after `seconds`, `HungUpError` at the end."""
    end = None if seconds is None else time.monotonic() + seconds
    (length,) = _LENGTH.unpack(_read(line, _LENGTH.size, end))
    message: Message = pickle.loads(_read(line, length, end))  # noqa: S301  both ends are our own processes
    return message


def _read(line: socket.socket, size: int, end: float | None) -> bytearray:
    body = bytearray(size)
    rest = memoryview(body)
    while rest:
        _set_deadline(line, end)
        try:
            count = line.recv_into(rest)
        except ConnectionError as error:
            raise HungUpError from error
        if not count:
            raise HungUpError
        rest = rest[count:]
    return body


def _set_deadline(line: socket.socket, end: float | None) -> None:
    if end is None:
        line.settimeout(None)
        return
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line.settimeout(left)
