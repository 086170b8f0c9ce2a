"""`voices say`: hear a voice without a brief."""

import sys
from pathlib import Path

import click

from brief_audio.bootstrap import build_speech, prepare_data_folder
from brief_audio.cli.desk import Desk
from brief_audio.cli.output import say
from brief_audio.domain.text.cleaning import clean_text
from brief_audio.domain.voice_names import DEFAULT_VOICE
from brief_audio.mastering.wav_file import refuse_taken, write_wav
from brief_audio.services.saying import say as say_text


@click.command("say")
@click.argument("text")
@click.argument("out", type=click.Path(path_type=Path), callback=lambda _context, _argument, out: _wav(out))
@click.option("--voice", default=DEFAULT_VOICE, show_default=True, help="Who speaks.")
@click.option("--speed", type=float, default=1.0, show_default=True, help="2 is twice as fast.")
@click.option("--force", is_flag=True, help="Write over OUT.")
def say_command(*, text: str, out: Path, voice: str, speed: float, force: bool) -> None:
    """Say TEXT into the file OUT, a WAV. It needs no database.

    TEXT `-` reads standard input; OUT is always the name of a file and ends in .wav.
    """
    refuse_taken(out, replace=force)
    cleaned = clean_text(sys.stdin.buffer.read() if text == "-" else text, "standard input")
    settings = Desk().settings
    prepare_data_folder(settings)
    speech = build_speech(settings)
    try:
        said = say_text(speech, cleaned, voice=voice, speed=speed)
    finally:
        speech.close()
    write_wav(out, said.sound, replace=force)
    say(
        f"{out}: {said.sound.duration_seconds:.1f} s of sound, {said.utterances} utterances, made in"
        f" {said.work_seconds:.1f} s with the start of the voice: real-time factor {said.real_time_factor:.3f}"
    )


def _wav(out: Path) -> Path:
    if out.suffix.lower() != ".wav":
        told = "sound is written to a file only (`-` is for TEXT)" if str(out) == "-" else "what is written is a WAV"
        raise click.BadParameter(f"{told}: give it a name that ends in .wav")
    return out
