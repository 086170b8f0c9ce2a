"""`voices`: who can speak."""

import click

from brief_audio.cli.desk import opened
from brief_audio.cli.output import print_json, print_table
from brief_audio.services import shows


@click.group()
def voices() -> None:
    """Look at the voices."""


@voices.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, as_json: bool) -> None:
    """List the voices with their licences and what they descend from."""
    with opened() as desk, desk.container("cli").db.transaction() as session:
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
                f"{voice.rate_hz} Hz",
                "verified" if voice.is_verified else "not verified",
                voice.licence,
                voice.descends_from,
            ]
            for voice in found
        ],
    )
