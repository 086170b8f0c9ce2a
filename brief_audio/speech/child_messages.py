"""Messages between a speech child and its parent: pickles over a socket, each preceded by its length.

Every read has a deadline, so that a child which stops in the middle of an answer can't block its parent.
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
    """The voice is loaded and the utterance begins."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The utterance failed; `is_expected` if the engine raised it and can continue, otherwise with a `trace`."""

    error: BriefAudioError
    is_expected: bool
    trace: str = ""


Message = SpeechRequest | Loaded | Sound | Failure


class HungUpError(Exception):
    """The other end closed the socket, or its process ended."""


def send(line: socket.socket, message: Message, *, seconds: float | None = None) -> None:
    """Send one message; raise `TimeoutError` after `seconds`, `HungUpError` if the other end is closed."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    line.settimeout(seconds)
    try:
        line.sendall(_LENGTH.pack(len(body)) + body)
    except ConnectionError as error:
        raise HungUpError from error


def receive(line: socket.socket, *, seconds: float | None = None) -> Message:
    """Return the next message; raise `TimeoutError` if it is incomplete after `seconds`, `HungUpError` at the end."""
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
