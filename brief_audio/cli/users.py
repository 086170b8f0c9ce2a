"""`users`: manage who may sign in to the dashboard."""

from collections.abc import Callable

import click

from brief_audio.cli.terminal.command_context import opened
from brief_audio.cli.terminal.output import print_json, print_table, say
from brief_audio.domain.accounts import Role
from brief_audio.services.accounts import one_time_links
from brief_audio.services.accounts import users as service

ACTOR = "command line"


@click.group()
def users() -> None:
    """Create, list, disable and enable dashboard users."""


@users.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The name that other users see.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What the user may do.")
def create_command(*, email: str, name: str, role: str) -> None:
    """Create a user and print their link for setting a password. It works once, within 7 days."""
    with opened() as desk:
        with desk.migrated.transaction() as session:
            made = service.create(session, email, name, Role(role), actor=ACTOR)
            path = one_time_links.make(session, made.id, actor=ACTOR)
        click.echo(desk.settings.public_url + path)
    say(
        f"{made.email} can sign in as {role} after setting a password. The link works for anyone: send it only to them."
    )


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, as_json: bool) -> None:
    """List the users, sorted by email address."""
    with opened() as desk, desk.migrated.transaction() as session:
        found = service.listed(session)
    if as_json:
        print_json(found)
        return
    if not found:
        say("No users yet. To create one, run: manage.py users create EMAIL --name NAME --role admin")
        return
    print_table(
        ["EMAIL", "NAME", "ROLE", "STATE", "SEEN"],
        [[one.email, one.name, one.role, one.state, one.seen_at] for one in found],
    )


@users.command("disable")
@click.argument("email")
def disable_command(*, email: str) -> None:
    """Disable a user: sign them out everywhere and revoke their links."""
    is_new = _change(email, service.disable)
    say(f"{email} is disabled." if is_new else f"{email} is already disabled.")


@users.command("enable")
@click.argument("email")
def enable_command(*, email: str) -> None:
    """Enable a disabled user. Their password still works."""
    is_new = _change(email, service.enable)
    say(f"{email} can sign in again." if is_new else f"{email} is already enabled.")


@users.command("link")
@click.argument("email")
def link_command(*, email: str) -> None:
    """Print a link for setting a new password. The old password works until the link is used."""
    with opened() as desk:
        with desk.migrated.transaction() as session:
            path = one_time_links.make_for(session, service.by_email(session, email).user_id, actor=ACTOR)
        click.echo(desk.settings.public_url + path)
    say("The link works once, within 7 days, for anyone who has it.")


def _change(email: str, change: Callable[..., bool]) -> bool:
    with opened() as desk, desk.migrated.transaction() as session:
        return change(session, service.by_email(session, email).user_id, actor=ACTOR)
