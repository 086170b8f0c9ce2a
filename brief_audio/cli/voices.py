"""`voices`: who can speak, and what that sounds like."""

import click

from brief_audio.cli.desk import opened
from brief_audio.cli.lazy_group import LazyGroup
from brief_audio.cli.output import print_json, print_table
from brief_audio.services import shows

# It brings NumPy, which the list does not need.
SAY = {"say": ("brief_audio.cli.voices_say:say_command", "Say TEXT into the file OUT, a WAV.")}


@click.group(cls=LazyGroup, lazy=SAY)
def voices() -> None:
    """Look at the voices and hear them."""


@voices.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, as_json: bool) -> None:
    """List the voices with their licences and what they descend from."""
    with opened() as desk, desk.migrated_with_voices.transaction() as session:
        found = shows.voices(session)
    if as_json:
        print_json(found)
        return
    print_table(
        ["NAME", "ENGINE", "LANGUAGE", "RATE", "TERMS", "LICENCE", "DESCENDS FROM"],
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
