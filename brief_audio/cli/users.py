"""`users`: who may sign in to the dashboard."""

from collections.abc import Callable

import click

from brief_audio.cli.desk import opened
from brief_audio.cli.output import print_json, print_table, say
from brief_audio.domain.accounts import Role
from brief_audio.services.accounts import links
from brief_audio.services.accounts import users as service

ACTOR = "command line"


@click.group()
def users() -> None:
    """Make users of the dashboard, list them, let them in or keep them out."""


@users.command("create")
@click.argument("email")
@click.option("--name", required=True, help="What others read.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What they may do.")
def create_command(*, email: str, name: str, role: str) -> None:
    """Make a user, and print the link with which they set a password. It works once, for 7 days."""
    with opened() as desk:
        with desk.migrated.transaction() as session:
            made = service.create(session, email, name, Role(role), actor=ACTOR)
            path = links.make(session, made.id, actor=ACTOR)
        click.echo(desk.settings.public_url + path)
    say(f"{made.email} is {role} as soon as the link is used. Send it to nobody else.")


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, as_json: bool) -> None:
    """List the users, in the order of their addresses."""
    with opened() as desk, desk.migrated.transaction() as session:
        found = service.listed(session)
    if as_json:
        print_json(found)
        return
    if not found:
        say("There is no user. Make one: manage.py users create EMAIL --name NAME --role admin")
        return
    print_table(
        ["E-MAIL", "NAME", "ROLE", "STATE", "SEEN"],
        [[one.email, one.name, one.role, one.state, one.seen_at] for one in found],
    )


@users.command("disable")
@click.argument("email")
def disable_command(*, email: str) -> None:
    """Let a user in no more: signed out everywhere at once, and their links are over."""
    is_new = _change(email, service.disable)
    say(f"{email} is disabled." if is_new else f"{email} was disabled already.")


@users.command("enable")
@click.argument("email")
def enable_command(*, email: str) -> None:
    """Let a user in again, with the password they had."""
    is_new = _change(email, service.enable)
    say(f"{email} may sign in again." if is_new else f"{email} was enabled already.")


@users.command("link")
@click.argument("email")
def link_command(*, email: str) -> None:
    """Print a link with which a user sets a new password; until it is used, nothing changes."""
    with opened() as desk:
        with desk.migrated.transaction() as session:
            path = links.make_for(session, service.by_email(session, email).user_id, actor=ACTOR)
        click.echo(desk.settings.public_url + path)
    say("It works once, for 7 days, and lets in whoever has it.")


def _change(email: str, change: Callable[..., bool]) -> bool:
    with opened() as desk, desk.migrated.transaction() as session:
        return change(session, service.by_email(session, email).user_id, actor=ACTOR)
