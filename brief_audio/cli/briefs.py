"""`briefs`: import, list and show briefs."""

from datetime import date, datetime
from pathlib import Path

import click

from brief_audio.cli.terminal.command_context import opened
from brief_audio.cli.terminal.output import print_json, print_pairs, print_table, say
from brief_audio.domain.brief_file import parse_brief_file
from brief_audio.domain.clock import utc_now
from brief_audio.domain.jobs import BriefState
from brief_audio.services.briefs import import_brief
from brief_audio.services.briefs import lookup as service

ACTOR = "command line"


@click.group()
def briefs() -> None:
    """Import, list and show briefs."""


@briefs.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--show", help="The show's slug, if the file doesn't name one.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The local date, if the file doesn't give one.")
@click.option("--replace", is_flag=True, help="Replace the existing brief for the same show and date.")
@click.option("--draft", "as_draft", is_flag=True, help="Import as a draft. Scheduled runs skip drafts.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_command(
    *, file: Path, show: str | None, day: datetime | None, replace: bool, as_draft: bool, as_json: bool
) -> None:
    """Import a brief from FILE (JSON or Markdown)."""
    draft = parse_brief_file(file, show=show, local_date=_date(day), today=utc_now().date())
    with opened() as desk, desk.migrated_with_voices.transaction() as session:
        imported = import_brief.import_brief(session, draft, replace=replace, as_draft=as_draft, actor=ACTOR)
    if as_json:
        print_json(imported)
    else:
        click.echo(f"{imported.slug}")
        say(f"Brief {imported.brief_id} {imported.result}: {draft.title} ({len(draft.items)} items).")


@briefs.command()
@click.argument("brief")
def ready(*, brief: str) -> None:
    """Mark BRIEF (its ID or SHOW/DATE) as ready for its scheduled run."""
    _set_state(brief, BriefState.READY)


@briefs.command()
@click.argument("brief")
def draft(*, brief: str) -> None:
    """Mark BRIEF (its ID or SHOW/DATE) as a draft.

    Scheduled runs skip drafts.
    """
    _set_state(brief, BriefState.DRAFT)


def _set_state(brief: str, state: BriefState) -> None:
    with opened() as desk, desk.migrated.transaction() as session:
        found = service.brief_by_reference(session, brief)
        service.set_state(session, found, state, actor=ACTOR)
    say(f"{found.slug} is now {'ready' if state == BriefState.READY else 'a draft'}.")


@briefs.command("list")
@click.option("--show", help="Only list briefs of this show.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many to list.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, show: str | None, limit: int, as_json: bool) -> None:
    """List the newest briefs."""
    with opened() as desk, desk.migrated.transaction() as session:
        found = service.latest(session, show=show, limit=limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ["ID", "SHOW", "DATE", "STATE", "RENDITION", "TITLE"],
        [[line.id, line.show, line.local_date, _state(line), line.current_rendition, line.title] for line in found],
    )


@briefs.command("show")
@click.argument("brief")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_command(*, brief: str, as_json: bool) -> None:
    """Show BRIEF (its ID or SHOW/DATE) and its items."""
    with opened() as desk, desk.migrated.transaction() as session:
        found = service.brief_with_items(session, brief)
    if as_json:
        print_json(found)
        return
    line = found.brief
    print_pairs(
        [
            ("brief", line.id),
            ("show", line.show),
            ("date", line.local_date),
            ("title", line.title),
            ("state", _state(line)),
            ("held", line.held_reason),
            ("current rendition", line.current_rendition),
            ("last job", f"{line.last_job}, {line.last_job_status}" if line.last_job else None),
            ("error", line.last_error),
        ]
    )
    for item in found.items:
        click.echo(f"\n{item.position}. {item.headline}\n{item.body}")


def _date(day: datetime | None) -> date | None:
    return day.date() if day else None


def _state(line: service.BriefLine) -> str:
    return f"{line.state}, held" if line.held_reason else line.state
