"""`shows`: the programmes that briefs belong to."""

import click

from brief_audio.cli.desk import opened
from brief_audio.cli.output import print_json, print_table, say
from brief_audio.domain.shows import NewShow
from brief_audio.domain.voice_names import DEFAULT_VOICE
from brief_audio.services import shows as service


@click.group()
def shows() -> None:
    """Make shows and list them."""


@shows.command("add")
@click.argument("slug")
@click.option("--title", required=True, help="What listeners read.")
@click.option("--zone", required=True, help="The time zone of its dates, such as Europe/London.")
@click.option("--voice", default=DEFAULT_VOICE, show_default=True, help="Who speaks, unless an item says otherwise.")
@click.option("--language", default="en-US", show_default=True, help="The language of its briefs.")
@click.option("--tagline", default="", help="One line about it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def add_command(*, slug: str, title: str, zone: str, voice: str, language: str, tagline: str, as_json: bool) -> None:
    """Make a show; SLUG names it in addresses and on the command line."""
    new = NewShow(slug, title, zone, voice, language, tagline)
    with opened() as desk, desk.migrated_with_voices.transaction() as session:
        made = service.add_show(session, new)
    if as_json:
        print_json(made)
    else:
        click.echo(made.slug)
        say(f"{made.title} is made. Import a brief for it: manage.py briefs import FILE --show {made.slug}")


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
