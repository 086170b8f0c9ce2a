"""`db`: the schema."""

import click

from brief_audio.cli.desk import opened, upgrade
from brief_audio.cli.output import print_json, say
from brief_audio.db import migrating


@click.group("db")
def database() -> None:
    """Look at the database's schema and bring it up to date."""


@database.command("upgrade")
def upgrade_command() -> None:
    """Apply the migrations that are missing, under a lock."""
    with opened() as desk:
        container = desk.bare_container("db")
        upgrade(container)
        say(f"The database stands at migration {migrating.current(container.db)}.")


@database.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def current(*, as_json: bool) -> None:
    """Print the migration that the database stands at."""
    with opened() as desk:
        found = migrating.current(desk.database)
        if as_json:
            print_json({"current": found, "head": migrating.head(), "is_up_to_date": found == migrating.head()})
        else:
            click.echo(found or "none")
