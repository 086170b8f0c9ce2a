"""`shows`: the recurring programmes that briefs belong to."""

import click

from brief_audio.cli.terminal.command_context import opened
from brief_audio.cli.terminal.output import print_json, print_table, say
from brief_audio.domain.shows import NewShow
from brief_audio.domain.voice_names import DEFAULT_VOICE
from brief_audio.services.shows import shows as service


@click.group()
def shows() -> None:
    """Add and list shows."""


@shows.command("add")
@click.argument("slug")
@click.option("--title", required=True, help="The title that listeners see.")
@click.option("--zone", required=True, help="The show's time zone, such as Europe/London.")
@click.option("--voice", default=DEFAULT_VOICE, show_default=True, help="The voice of items that don't set one.")
@click.option("--language", default="en-US", show_default=True, help="The language of its briefs.")
@click.option("--tagline", default="", help="A one-line description.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add_command(*, slug: str, title: str, zone: str, voice: str, language: str, tagline: str, as_json: bool) -> None:
    """Add a show. SLUG identifies it in URLs and on the command line."""
    new = NewShow(slug, title, zone, voice, language, tagline)
    with opened() as desk, desk.migrated_with_voices.transaction() as session:
        made = service.add_show(session, new)
    if as_json:
        print_json(made)
    else:
        click.echo(made.slug)
        say(f"Added {made.title}. To import a brief, run: manage.py briefs import FILE --show {made.slug}")


@shows.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, as_json: bool) -> None:
    """List the shows."""
    with opened() as desk, desk.migrated.transaction() as session:
        found = service.all_shows(session)
    if as_json:
        print_json(found)
        return
    print_table(
        ["SLUG", "TITLE", "LANGUAGE", "ZONE", "VOICE"],
        [[show.slug, show.title, show.language, show.time_zone, show.voice] for show in found],
    )
