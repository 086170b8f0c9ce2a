"""`scheduler --once` with a voice that does the harm its texts name; everything else is the product's own."""

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from brief_audio.bootstrap import build
from brief_audio.cli.scheduler import turn_once
from brief_audio.cli.terminal.stop_signals import stop_on_signals
from brief_audio.config.settings import Settings
from brief_audio.embedded import hold_server
from brief_audio.speech.pool import SpeechPool
from tests.e2e.generation.dangerous_engine import DangerousEngine

UTTERANCE_SECONDS = 2.0


def main() -> None:
    settings = Settings.from_env(os.environ, processors=2)
    with stop_on_signals() as stop, hold_server(settings.data_dir) as server, TemporaryDirectory() as done:
        container = build(settings, server.url, name="scheduler")
        speech = SpeechPool(partial(DangerousEngine, Path(done)), 2, utterance_seconds=UTTERANCE_SECONDS)
        try:
            turn_once(replace(container, speech=speech), stop)
        finally:
            speech.close()
            container.close()


if __name__ == "__main__":
    main()
