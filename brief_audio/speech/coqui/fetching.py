"""Runs as a process of its own: `python -m brief_audio.speech.coqui.fetching NAME FOLDER` downloads one model."""

import ctypes
import logging
import shutil
import signal
import sys
from pathlib import Path

from brief_audio.speech.coqui import stand_in
from brief_audio.speech.coqui.download_process import HOPELESS_STATUS
from brief_audio.speech.coqui.downloads import Downloaded, write_note

_PR_SET_PDEATHSIG = 1  # of linux/prctl.h


def fetch(name: str, folder: Path) -> None:
    """Download a model with Coqui's manager into `folder`, its vocoder with it, and note where everything lies.

    What an earlier try left half-made is removed first: the manager would take it for whole.
    """
    stand_in.install()
    from TTS.utils.manage import ModelManager  # noqa: PLC0415  it brings torch along

    shutil.rmtree(folder, ignore_errors=True)
    manager = ModelManager(output_prefix=folder, progress_bar=False)
    checkpoint, config, item = manager.download_model(name)
    vocoder = vocoder_config = None
    if item.get("default_vocoder"):
        vocoder, vocoder_config, _ = manager.download_model(item["default_vocoder"])
    write_note(folder, Downloaded(checkpoint, config, vocoder, vocoder_config))


def main(name: str, folder: str) -> int:
    """Fetch; where trying again cannot help leave one line that says why; other failures end in a traceback."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # a download that nobody waits for ends
    logging.disable()
    try:
        fetch(name, Path(folder))
    except KeyError as error:
        sys.stderr.write(f"Coqui's list of models has no {error}; `tts --list_models` prints it\n")
    except EOFError:  # it asked a question at standard input
        sys.stderr.write(
            "the model's terms must be agreed to: read them (of XTTS the non-commercial CPML), then set"
            " COQUI_TOS_AGREED=1\n"
        )
    else:
        return 0
    return HOPELESS_STATUS


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
