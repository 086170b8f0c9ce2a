"""`jobs`: list, show, cancel and retry jobs."""

from datetime import date

import click

from brief_audio.cli.terminal.command_context import opened
from brief_audio.cli.terminal.option_types import LOCAL_DATE
from brief_audio.cli.terminal.output import print_json, print_pairs, print_table, say
from brief_audio.db import work
from brief_audio.db.making.jobs import JOBS
from brief_audio.domain.clock import utc_now
from brief_audio.domain.work import WorkStatus
from brief_audio.services.making import jobs as service
from brief_audio.services.making.backfill import Backfill, Outcome
from brief_audio.services.making.backfill import backfill as backfill_dates

ACTOR = "command line"


@click.group()
def jobs() -> None:
    """List, show, cancel and retry jobs."""


@jobs.command("list")
@click.option(
    "--status", type=click.Choice([status.value for status in WorkStatus]), help="Only list jobs in this state."
)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many to list.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_command(*, status: str | None, limit: int, as_json: bool) -> None:
    """List the newest jobs."""
    wanted = WorkStatus(status) if status else None
    with opened() as desk, desk.migrated.transaction() as session:
        found = service.latest(session, status=wanted, limit=limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ["ID", "BRIEF", "STATUS", "DONE", "ITEMS", "FAILED", "ATTEMPT", "QUEUED", "ERROR"],
        [
            [
                job.id,
                job.brief_slug,
                job.status,
                f"{job.progress} %",
                f"{job.completed_items}/{job.total_items}",
                job.failed_items,
                job.attempt,
                job.created_at,
                job.error,
            ]
            for job in found
        ],
    )


@jobs.command("show")
@click.argument("job", type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_command(*, job: int, as_json: bool) -> None:
    """Show JOB with its items and history."""
    with opened() as desk, desk.migrated.transaction() as session:
        report, history = service.report(session, job), service.history(session, job)
    if as_json:
        print_json(service.JobWithHistory(report, tuple(history)))
        return
    print_pairs(
        [
            ("job", report.id),
            ("brief", f"{report.brief_slug} ({report.title})"),
            ("status", report.status),
            ("done", f"{report.progress} %"),
            ("items", f"{report.completed_items} of {report.total_items}, {report.failed_items} failed"),
            ("error", report.error),
            ("attempt", report.attempt),
            ("next attempt", report.next_attempt_at),
            ("worker", report.claimed_by),
            ("requested by", report.requested_by),
            ("retry of", report.retry_of),
            ("rendition", report.rendition.number if report.rendition else None),
        ]
    )
    click.echo()
    print_table(
        ["#", "STATE", "SECONDS", "TRIES", "HEADLINE", "ERROR"],
        [[item.position, item.state, item.seconds, item.tries, item.headline, item.error] for item in report.items],
    )
    click.echo()
    print_table(
        ["TIME", "EVENT", "BY", "MESSAGE"], [[line.at, line.kind, line.actor, line.message] for line in history]
    )


@jobs.command()
@click.argument("job", type=click.IntRange(1))
def cancel(*, job: int) -> None:
    """Cancel JOB. A queued job stops at once, a running one after the current utterance."""
    with opened() as desk, desk.migrated.transaction() as session:
        status = work.cancel(session, JOBS, job, requested_by=ACTOR)
    if status is WorkStatus.CANCELLED:
        say(f"Job {job} is cancelled.")
    else:
        say(f"Job {job} is stopping. It will publish nothing.")


@jobs.command()
@click.argument("job", type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def retry(*, job: int, as_json: bool) -> None:
    """Queue a new job for the brief of a failed or cancelled JOB."""
    with opened() as desk:
        container = desk.container("cli")
        with container.db.transaction() as session:
            made = service.retry(session, job, rules=container.rules, requested_by=ACTOR)
    if as_json:
        print_json(made)
    else:
        click.echo(made.job_id)
        older = ", with the text from before the last edit; retry again once it has ended" if made.is_outdated else ""
        say(f"Job {made.job_id} {'is queued' if made.is_new else 'was already queued or running'}{older}.")


@jobs.command()
@click.argument("show")
@click.option("--from", "first", type=LOCAL_DATE, required=True, help="The first local date.")
@click.option("--to", "last", type=LOCAL_DATE, required=True, help="The last local date, inclusive.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def backfill(*, show: str, first: date, last: date, as_json: bool) -> None:
    """Queue jobs for SHOW's ready briefs of past dates.

    Only briefs whose rendition is missing or out of date get a job. Backfill jobs run after all other jobs. If the
    queue has no room for all of them, none is queued and the command exits with 75.
    """
    with opened() as desk:
        container = desk.container("cli")
        done = backfill_dates(
            container.db,
            show,
            first,
            last,
            container.speech,
            rules=container.rules,
            now=utc_now(),
            actor=ACTOR,
            store=container.store,
        )
    if as_json:
        print_json(done)
    else:
        _print_backfill(done)


def _print_backfill(done: Backfill) -> None:
    print_table(
        ["DATE", "BRIEF", "OUTCOME", "JOB"],
        [[one.local_date, one.brief_slug, one.outcome, one.job_id] for one in done.dates],
    )
    counted = ", ".join(f"{done.counts[outcome]} {outcome}" for outcome in Outcome if done.counts[outcome])
    say(
        f"{done.show}, {done.first} to {done.last}: {counted or 'no briefs'};"
        f" {done.without_brief} dates without a brief."
    )
