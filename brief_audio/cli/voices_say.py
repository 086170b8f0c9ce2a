"""`voices say`: speak a text without a brief."""

import sys
from pathlib import Path

import click

from brief_audio.bootstrap import build_speech, prepare_data_folder
from brief_audio.cli.terminal.command_context import CommandContext
from brief_audio.cli.terminal.output import say
from brief_audio.domain.text.clean_text import clean_text
from brief_audio.domain.voice_names import DEFAULT_VOICE
from brief_audio.mastering.wav_file import refuse_taken, write_wav
from brief_audio.services.making.say_text import say_text


@click.command("say")
@click.argument("text")
@click.argument("out", type=click.Path(path_type=Path), callback=lambda _context, _argument, out: _wav(out))
@click.option("--voice", default=DEFAULT_VOICE, show_default=True, help="The voice to use.")
@click.option("--speed", type=float, default=1.0, show_default=True, help="The speaking speed; 2 is twice as fast.")
@click.option("--force", is_flag=True, help="Overwrite OUT if it exists.")
def say_command(*, text: str, out: Path, voice: str, speed: float, force: bool) -> None:
    """Speak TEXT into the WAV file OUT. Needs no database.

    If TEXT is `-`, read standard input. OUT must be a file name that ends in .wav.
    """
    refuse_taken(out, replace=force)
    cleaned = clean_text(sys.stdin.buffer.read() if text == "-" else text, "standard input")
    settings = CommandContext().settings
    prepare_data_folder(settings)
    speech = build_speech(settings)
    try:
        said = say_text(speech, cleaned, voice=voice, speed=speed)
    finally:
        speech.close()
    write_wav(out, said.sound, replace=force)
    say(
        f"{out}: {said.sound.duration_seconds:.1f} s of audio, {said.utterances} utterances, made in"
        f" {said.work_seconds:.1f} s including loading the voice: real-time factor {said.real_time_factor:.3f}"
    )


def _wav(out: Path) -> Path:
    if out.suffix.lower() != ".wav":
        reason = "audio can't go to standard output" if str(out) == "-" else "the output is a WAV file"
        raise click.BadParameter(f"{reason}: give a file name that ends in .wav")
    return out
