"""Run as a separate process: `python -m brief_audio.speech.coqui.download_child NAME FOLDER` downloads one model."""

import ctypes
import logging
import shutil
import signal
import sys
from pathlib import Path

from brief_audio.speech.coqui import torchaudio_stand_in
from brief_audio.speech.coqui.download_process import HOPELESS_STATUS
from brief_audio.speech.coqui.downloaded_models import Downloaded, write_note

_PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def fetch(name: str, folder: Path) -> None:
    """Download a model and its vocoder to `folder` with Coqui's manager, and record where everything is.

    Incomplete files from an earlier try are removed first: the manager would take them for complete.
    """
    torchaudio_stand_in.install_stand_ins()
    from TTS.utils.manage import ModelManager  # noqa: PLC0415  it imports torch

    shutil.rmtree(folder, ignore_errors=True)
    manager = ModelManager(output_prefix=folder, progress_bar=False)
    checkpoint, config, item = manager.download_model(name)
    vocoder = vocoder_config = None
    if item.get("default_vocoder"):
        vocoder, vocoder_config, _ = manager.download_model(item["default_vocoder"])
    write_note(folder, Downloaded(checkpoint, config, vocoder, vocoder_config))


def main(name: str, folder: str) -> int:
    """Download a model; explain errors that a retry can't fix in one line, and others with a traceback."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # end the download if its parent ends
    logging.disable()
    try:
        fetch(name, Path(folder))
    except KeyError as error:
        sys.stderr.write(f"Coqui's list of models does not include {error}; run `tts --list_models` to see it\n")
    except EOFError:  # it asked a question on standard input
        sys.stderr.write(
            "accept the model's terms first: read them (for XTTS the non-commercial CPML), then set"
            " COQUI_TOS_AGREED=1\n"
        )
    else:
        return 0
    return HOPELESS_STATUS


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
