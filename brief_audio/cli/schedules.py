"""`schedules`: when each show's briefs are generated."""

from datetime import date, datetime, time, timedelta

import click

from brief_audio.cli.generation_output import print_requested, tell_requested
from brief_audio.cli.terminal.command_context import opened
from brief_audio.cli.terminal.hints import hint
from brief_audio.cli.terminal.option_types import LOCAL_DATE, LOCAL_TIME, MINUTES
from brief_audio.cli.terminal.output import print_json, print_table, say
from brief_audio.db.operations.health import server_clock
from brief_audio.domain.clock import utc_now
from brief_audio.domain.schedule.ticks import OverrideKind
from brief_audio.services.schedules import editing, manual_run, overrides, run_history
from brief_audio.services.schedules import forecast as nights_to_come
from brief_audio.services.schedules.editing import SchedulePlan
from brief_audio.services.schedules.forecast import ForecastRun
from brief_audio.services.schedules.summary import ScheduleSummary

ACTOR = "command line"
number = click.argument("schedule", type=click.IntRange(1))
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def schedules() -> None:
    """Schedule each show's runs, and preview them."""


@schedules.command()
@click.argument("show")
@click.argument("cron")
@click.option("--zone", help="The time zone of CRON. Default: the show's.")
@click.option("--catch-up", type=MINUTES, help="How late a run may still start: 6h, 90m. Default: 6h.")
@click.option("--ready-by", type=LOCAL_TIME, help="The local time by which the edition must be published.")
@json_option
def add(
    *, show: str, cron: str, zone: str | None, catch_up: timedelta | None, ready_by: time | None, as_json: bool
) -> None:
    """Schedule the runs of SHOW at CRON.

    CRON has five fields: minute, hour, day of month, month and weekday, such as "30 5 * * mon-fri".
    """
    plan = SchedulePlan(cron, zone, catch_up, ready_by)
    with opened() as desk, desk.migrated.transaction() as session:
        made = editing.add(session, show, plan, now=server_clock(session), actor=ACTOR)
    _print(made, as_json=as_json)


@schedules.command()
@number
@click.option("--cron", help="The new cron expression.")
@click.option("--zone", help="The new time zone.")
@click.option("--catch-up", type=MINUTES, help="How late a run may still start: 6h, 90m.")
@click.option("--ready-by", type=LOCAL_TIME, help="The local time by which the edition must be published.")
@click.option("--no-ready-by", is_flag=True, help="Remove the time by which the edition must be published.")
@json_option
def edit(
    *,
    schedule: int,
    cron: str | None,
    zone: str | None,
    catch_up: timedelta | None,
    ready_by: time | None,
    no_ready_by: bool,
    as_json: bool,
) -> None:
    """Change SCHEDULE, effective immediately."""
    if no_ready_by and ready_by is not None:
        raise click.UsageError("--ready-by and --no-ready-by can't be used together")
    plan = SchedulePlan(cron, zone, catch_up, ready_by, has_ready_by=not no_ready_by)
    with opened() as desk, desk.migrated.transaction() as session:
        changed = editing.edit(session, schedule, plan, now=server_clock(session), actor=ACTOR)
    _print(changed, as_json=as_json)


@schedules.command()
@number
def remove(*, schedule: int) -> None:
    """Delete SCHEDULE and its run history. Jobs and published editions stay."""
    with opened() as desk, desk.migrated.transaction() as session:
        editing.remove(session, schedule, actor=ACTOR)
    say(f"Schedule {schedule} removed.")


@schedules.command()
@number
@json_option
def enable(*, schedule: int, as_json: bool) -> None:
    """Resume the runs of SCHEDULE."""
    _switch(schedule, is_enabled=True, as_json=as_json)


@schedules.command()
@number
@json_option
def disable(*, schedule: int, as_json: bool) -> None:
    """Pause the runs of SCHEDULE until it is enabled again."""
    _switch(schedule, is_enabled=False, as_json=as_json)


def _switch(schedule: int, *, is_enabled: bool, as_json: bool) -> None:
    with opened() as desk, desk.migrated.transaction() as session:
        changed = editing.switch(session, schedule, is_enabled=is_enabled, now=server_clock(session), actor=ACTOR)
    _print(changed, as_json=as_json)


@schedules.command("list")
@click.option("--show", help="Only list schedules of this show.")
@json_option
def list_command(*, show: str | None, as_json: bool) -> None:
    """List the schedules."""
    with opened() as desk, desk.migrated.transaction() as session:
        found = editing.listed(session, now=utc_now(), show_slug=show)
    if as_json:
        print_json(found)
        return
    print_table(
        ["#", "SHOW", "WHEN", "CRON", "ZONE", "CATCH-UP", "READY BY", "ENABLED", "OVERRIDES"],
        [
            [
                one.id,
                one.show,
                one.in_words,
                one.cron,
                one.time_zone,
                f"{one.catch_up_minutes} min",
                f"{one.ready_by:%H:%M}" if one.ready_by else None,
                one.is_enabled,
                "; ".join(one.overrides) or None,
            ]
            for one in found
        ],
    )


@schedules.command()
@click.argument("show")
@click.option("--from", "first", type=LOCAL_DATE, help="The first local date. Default: today.")
@click.option(
    "--days",
    type=click.IntRange(1, nights_to_come.MOST_DAYS),
    default=14,
    show_default=True,
    help="How many days to preview.",
)
@json_option
def preview(*, show: str, first: date | None, days: int, as_json: bool) -> None:
    """List the upcoming runs of SHOW in local time and UTC."""
    with opened() as desk, desk.migrated.transaction() as session:
        found = nights_to_come.forecast(session, show, first, days, now=utc_now())
    if as_json:
        print_json(found)
        return
    print_table(
        ["DATE", "DAY", "LOCAL TIME", "UTC", "NOTE"],
        [[one.local_date, f"{one.local_date:%a}", one.local, _utc(one), one.note or None] for one in found],
    )


@schedules.command()
@number
@click.argument("first", type=LOCAL_DATE)
@click.argument("last", type=LOCAL_DATE, required=False)
@json_option
def skip(*, schedule: int, first: date, last: date | None, as_json: bool) -> None:
    """Skip the runs of SCHEDULE from FIRST to LAST.

    Both dates are included. Without LAST, only skip the run on FIRST.
    """
    _override(schedule, OverrideKind.SKIP, first, last or first, None, as_json=as_json)


@schedules.command()
@number
@click.argument("day", type=LOCAL_DATE)
@click.argument("at", type=LOCAL_TIME)
@json_option
def move(*, schedule: int, day: date, at: time, as_json: bool) -> None:
    """Move the run of SCHEDULE on DAY to another local time."""
    _override(schedule, OverrideKind.MOVE, day, day, at, as_json=as_json)


@schedules.command()
@number
@click.argument("day", type=LOCAL_DATE)
@click.argument("at", type=LOCAL_TIME)
@json_option
def extra(*, schedule: int, day: date, at: time, as_json: bool) -> None:
    """Add a run of SCHEDULE on a DAY that its cron leaves out."""
    _override(schedule, OverrideKind.EXTRA, day, day, at, as_json=as_json)


def _override(schedule: int, kind: OverrideKind, first: date, last: date, at: time | None, *, as_json: bool) -> None:
    with opened() as desk, desk.migrated.transaction() as session:
        now = server_clock(session)
        changed = overrides.add_override(session, schedule, kind, first, last, at, now=now, actor=ACTOR)
    _print(changed, as_json=as_json)


@schedules.command()
@number
@click.argument("first", type=LOCAL_DATE)
@click.argument("last", type=LOCAL_DATE, required=False)
@json_option
def undo(*, schedule: int, first: date, last: date | None, as_json: bool) -> None:
    """Remove the overrides of SCHEDULE from FIRST to LAST.

    Both dates are included. Without LAST, only remove the one on FIRST.
    """
    with opened() as desk, desk.migrated.transaction() as session:
        changed = overrides.take_back_overrides(
            session, schedule, first, last or first, now=server_clock(session), actor=ACTOR
        )
    _print(changed, as_json=as_json)


@schedules.command()
@number
@json_option
def run(*, schedule: int, as_json: bool) -> None:
    """Queue today's job of SCHEDULE now."""
    with opened() as desk:
        container = desk.container("cli")
        requested = manual_run.run_now(
            container.db,
            container.speech,
            schedule,
            rules=container.rules,
            now=utc_now(),
            actor=ACTOR,
            store=container.store,
        )
    tell_requested(requested, waits=False)
    print_requested(requested, as_json=as_json)


@schedules.command()
@number
@click.option("--limit", type=click.IntRange(1, 1000), default=14, show_default=True, help="How many to list.")
@json_option
def ticks(*, schedule: int, limit: int, as_json: bool) -> None:
    """List the newest past runs of SCHEDULE and their results."""
    with opened() as desk, desk.migrated.transaction() as session:
        found = run_history.past_runs(session, schedule, limit=limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ["DATE", "DUE", "STATE", "OPEN UNTIL", "JOB", "MARKED LATE"],
        [
            [
                one.local_date,
                one.due_at,
                one.state,
                one.open_until if one.is_open else None,
                one.job_id,
                one.late_told_at,
            ]
            for one in found
        ],
    )


def _print(line: ScheduleSummary, *, as_json: bool) -> None:
    if as_json:
        print_json(line)
        return
    click.echo(line.id)
    state = "" if line.is_enabled else " It is disabled."
    ready = f" The edition must be published by {line.ready_by:%H:%M}." if line.ready_by else ""
    overridden = f" Overrides: {'; '.join(line.overrides)}." if line.overrides else ""
    advice = hint(line.note_code, {"schedule": line.id})
    note = "".join([f" {line.note}" if line.note else "", f" {advice}." if advice else ""])
    say(f"Schedule {line.id} of {line.show}: {line.in_words}.{ready}{overridden}{state}{note}")


def _utc(night: ForecastRun) -> str | None:
    return f"{night.due_at:%Y-%m-%d %H:%M}" if isinstance(night.due_at, datetime) else None
