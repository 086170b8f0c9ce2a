"""`text`: see how text will be spoken, without speaking it."""

import sys

import click

from brief_audio.cli.terminal.output import print_json
from brief_audio.domain.text.clean_text import clean_text
from brief_audio.services.making.say_text import script_of


@click.group()
def text() -> None:
    """See how text will be spoken."""


@text.command()
@click.argument("words")
@click.option("--language", default="en-US", show_default=True, help="The language of the text.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: each utterance with its position in the text.")
def script(*, words: str, language: str, as_json: bool) -> None:
    """Print the spoken form of WORDS, one utterance per line. `-` reads standard input."""
    given = sys.stdin.buffer.read() if words == "-" else words
    written = script_of(clean_text(given, "standard input"), language)
    if as_json:
        print_json(list(written.utterances))
        return
    for utterance in written.utterances:
        click.echo(utterance.spoken)
