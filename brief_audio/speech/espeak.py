"""The espeak-ng library from its wheel, called through ctypes, so that no program has to be installed.

espeak-ng is under GPL-3; only `phonemes.py` uses this file, so that another source of phonemes can replace it.
"""

import ctypes
import functools
import os
import threading

from brief_audio.domain.errors import VoiceUnavailableError

# Constants from espeak-ng's speak_lib.h.
_AUDIO_OUTPUT_RETRIEVAL = 1  # plays no sound
_INITIALIZE_DONT_EXIT = 0x8000  # report a missing data folder instead of exiting
_CHARS_UTF8 = 1
_PHONEMES_IPA = 0x02
_OK = 0
_LONGEST_PATH_BYTES = 100

# The library keeps its state in globals, so one lock guards it in the whole process.
_ONE_CALL = threading.Lock()


class _Voice(ctypes.Structure):
    """espeak_VOICE in speak_lib.h."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("unused", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


class Espeak:
    """The library libespeak-ng, used by one call at a time."""

    def __init__(self, library: ctypes.CDLL, data_folder: str) -> None:
        self._library = library
        self._data_folder = data_folder
        self._is_ready = False
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        library.espeak_Info.restype = ctypes.c_char_p

    def version(self) -> str:
        """Return the library's own version, such as `1.52.0`."""
        info: bytes = self._library.espeak_Info(None)
        return info.decode().split()[0]

    def phonemes(self, text: str, language: str) -> str:
        """Return IPA for `text`, with spaces between words and between the clauses espeak-ng finds.

        Raise `VoiceUnavailableError` if the library lacks its data or the language.
        """
        with _ONE_CALL:
            self._choose(language)
            rest = ctypes.c_char_p(text.encode())
            clauses: list[str] = []
            while rest.value is not None:  # each call takes one clause and moves `rest` past it
                said: bytes = self._library.espeak_TextToPhonemes(ctypes.byref(rest), _CHARS_UTF8, _PHONEMES_IPA)
                clauses.append(said.decode().strip())
        return " ".join(clause for clause in clauses if clause)

    def _choose(self, language: str) -> None:
        if not self._is_ready:
            self._start()
        if self._library.espeak_SetVoiceByName(language.encode()) == _OK:
            return
        wanted = _Voice(languages=language.encode())
        if self._library.espeak_SetVoiceByProperties(ctypes.byref(wanted)) != _OK:
            raise VoiceUnavailableError(f"espeak-ng does not know the language {language!r}", permanent=True)

    def _start(self) -> None:
        folder = os.fsencode(_short(self._data_folder))
        if self._library.espeak_Initialize(_AUDIO_OUTPUT_RETRIEVAL, 0, folder, _INITIALIZE_DONT_EXIT) <= 0:
            raise VoiceUnavailableError(f"espeak-ng found no data in {self._data_folder}", permanent=True)
        self._is_ready = True


def _short(folder: str) -> str:
    """Return a path that fits into the library's buffer (N_PATH_HOME in speech.h, with room for file names).

    A long path is reached through a handle that stays open for the life of the process, since files are read at any
    time.
    """
    if len(os.fsencode(folder)) <= _LONGEST_PATH_BYTES:
        return folder
    try:
        return f"/proc/self/fd/{os.open(folder, os.O_RDONLY | os.O_DIRECTORY)}"
    except OSError:
        return folder  # the library then reports that it found no data


def espeak() -> Espeak:
    """Return the library from the wheel `espeakng-loader`; raise `VoiceUnavailableError` if it can't be loaded."""
    with _ONE_CALL:  # a cache alone would allow two threads to start the library at once, which ends the process
        return _library()


@functools.cache
def _library() -> Espeak:
    try:
        import espeakng_loader  # noqa: PLC0415  the product must start without the wheel

        return Espeak(ctypes.CDLL(espeakng_loader.get_library_path()), espeakng_loader.get_data_path())
    except (ImportError, OSError, RuntimeError) as error:
        raise VoiceUnavailableError(
            f"cannot load the espeak-ng library ({error}); reinstall espeakng-loader", permanent=True
        ) from error
