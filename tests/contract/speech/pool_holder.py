"""A process that holds a speech pool, for the tests that end it: says what happens, line by line."""

import os
import signal
import sys
import time
from pathlib import Path

from faulty_engine import FaultyEngine
from processes import speech_children

from brief_audio import logs
from brief_audio.speech.base import SpeechRequest
from brief_audio.speech.pool import SpeechPool


def say(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(go, asked):
    logs.set_up("text")
    interrupts = []
    signal.signal(signal.SIGINT, lambda *_: interrupts.append(1))
    pool = SpeechPool(FaultyEngine, 2)
    if asked == "while starting":
        futures = [pool.submit(SpeechRequest(voice="joe", text="Hello.", seed=1)) for _ in range(2)]
        while not speech_children():
            time.sleep(0.001)
        os.killpg(0, signal.SIGINT)
    else:
        futures = [pool.submit(SpeechRequest(voice="joe", text=f"{asked} {go}{n}", seed=1)) for n in range(2)]
    while not all(Path(f"{go}{n}.begun").exists() for n in range(2)) and asked == "wait":
        time.sleep(0.01)
    say("children", *speech_children())
    for future in futures:
        say("spoken", future.result(60).duration_seconds)
    say("interrupts", len(interrupts))
    if asked != "never close":
        pool.close()
    say("left", *speech_children())


if __name__ == "__main__":
    main(*sys.argv[1:])
