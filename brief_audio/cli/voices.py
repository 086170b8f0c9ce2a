"""`voices`: list the voices and try them out."""

import click

from brief_audio.cli.terminal.command_context import opened
from brief_audio.cli.terminal.lazy_group import LazyGroup
from brief_audio.cli.terminal.output import print_json, print_table
from brief_audio.services.shows import voices as show_voices

# It imports NumPy, which `voices list` does not need.
SAY = {"say": ("brief_audio.cli.voices_say:say_command", "Speak TEXT into the WAV file OUT.")}


@click.group(cls=LazyGroup, lazy=SAY)
def voices() -> None:
    """List the voices and try them out."""


@voices.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, as_json: bool) -> None:
    """List the voices, their licences and their origins."""
    with opened() as desk, desk.migrated_with_voices.transaction() as session:
        found = show_voices.voices(session)
    if as_json:
        print_json(found)
        return
    print_table(
        ["NAME", "ENGINE", "LANGUAGE", "RATE", "TERMS", "LICENCE", "TRAINED FROM"],
        [
            [
                voice.name,
                voice.engine,
                voice.language,
                f"{voice.rate_hz} Hz" if voice.rate_hz else None,
                "verified" if voice.is_verified else "not verified",
                voice.licence,
                voice.descends_from,
            ]
            for voice in found
        ],
    )
