"""`db`: check and migrate the database schema."""

import click

from brief_audio.cli.terminal.command_context import opened, upgrade
from brief_audio.cli.terminal.output import print_json, say
from brief_audio.db.connection import migrate


@click.group("db")
def database() -> None:
    """Check and migrate the database schema."""


@database.command("upgrade")
def upgrade_command() -> None:
    """Apply all pending migrations.

    A lock keeps two upgrades from running at once.
    """
    with opened() as desk:
        container = desk.bare_container("db")
        upgrade(container)
        say(f"The database is at migration {migrate.current(container.db)}.")


@database.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def current(*, as_json: bool) -> None:
    """Print the database's current migration."""
    with opened() as desk:
        found = migrate.current(desk.database)
        if as_json:
            print_json({"current": found, "head": migrate.head(), "is_up_to_date": found == migrate.head()})
        else:
            click.echo(found or "none")
