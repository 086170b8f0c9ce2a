"""`run`: the whole product on one machine: database, site, clock, worker and a sample brief."""

import logging
from threading import Event

import click

from brief_audio.app import create_app
from brief_audio.bootstrap import SITE, Container
from brief_audio.cli.generation_output import print_summary
from brief_audio.cli.terminal.command_context import opened, upgrade
from brief_audio.cli.terminal.output import say, screen
from brief_audio.cli.terminal.progress import Watcher
from brief_audio.cli.terminal.stop_signals import stop_on_signals
from brief_audio.config.running_site import noted
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import BriefAudioError, QueueFullError, StillCancellingError, TryAgainError
from brief_audio.domain.voice_names import DEFAULT_VOICE
from brief_audio.services import sample_show
from brief_audio.services.accounts import one_time_links
from brief_audio.services.making import jobs
from brief_audio.web.connection_bounds import bounds_behind
from brief_audio.web.server import SiteServer
from scheduler.clock import Clock
from scheduler.wakeup_listener import Listener
from scheduler.worker import Worker

logger = logging.getLogger(__name__)

ACTOR = "run"
LOOK_EVERY_SECONDS = 0.3


@click.command()
def run() -> None:
    """Run the whole product on this machine until Ctrl-C.

    That is the site, the scheduler, a worker and, unless DATABASE_URL is set, a database. The first start also
    narrates the sample brief. On Ctrl-C the site stops first, then the worker, which releases its
    running jobs, then the speech processes, and the database server last.
    """
    with stop_on_signals() as stop, opened() as desk:
        settings = desk.settings_of_run()
        container = desk.container("run")
        upgrade(container)
        site = desk.container(SITE)  # has its own connections: a busy site must not starve the worker
        bounds = bounds_behind(settings.trusted_proxies)
        server = SiteServer(create_app(site), host="127.0.0.1", port=settings.port, bounds=bounds)
        server.start()
        worker = Worker(container)
        clock = Clock(container, wake=worker.wake)
        listener = Listener(container.db, worker.wake)
        try:
            sample_job = begin(container)
            worker.start()
            listener.start()
            clock.start()
            with noted(settings.data_dir, settings.public_url):
                serve(container, server.url, sample_job, stop)
                wait_while_alive(worker, stop)
        finally:
            say("Stopping.")
            server.stop()
            logger.info("stopped: site")
            listener.stop()
            worker.stop()
            worker.join()
            clock.stop()
            logger.info("stopped: worker")
            container.speech.close()
            logger.info("stopped: speech")
            desk.close()
            logger.info("stopped: database")


def serve(container: Container, url: str, sample_job: int | None, stop: Event) -> None:
    """Show the progress of the sample's job, if there is one, then print the site's address."""
    if sample_job is not None:
        show_until_done(container, sample_job, stop)
    if not stop.is_set():
        say(f"Serving on {url} until Ctrl-C.")


def begin(container: Container) -> int | None:
    """Print the first admin's link if no one can sign in yet, then return the result of `ask_for_sample`."""
    tell_first_admin(container)
    return ask_for_sample(container)


def tell_first_admin(container: Container) -> None:
    """Show the first admin's link while no user has a password; every start creates a new link until then.

    Print it on a terminal only: more people read the logs than may become admin, and logs outlive the link.
    """
    path = one_time_links.make_first(container.db, actor=ACTOR)
    if path is None:
        return
    other_way = f"python manage.py users link {one_time_links.FIRST_EMAIL}"
    terminal = screen()
    if terminal is None:
        say(f"The dashboard has no admin yet. To get a link for creating the first one, run: {other_way}")
        return
    click.echo("The dashboard has no admin yet. To become the first, open this link (works once, for 24 h):", terminal)
    click.echo(f"  {container.settings.public_url}{path}", terminal)
    click.echo(f"For a new link, restart or run: {other_way}", terminal)


def ask_for_sample(container: Container) -> int | None:
    """Create the sample show if it is missing; return the job of its brief until that has a rendition.

    Also return None if the job can't be queued now: the worker that empties the queue must start regardless.
    """
    made = sample_show.make_sample(container.db, container.store, now=utc_now(), voice=DEFAULT_VOICE, actor=ACTOR)
    with container.db.transaction() as session:
        brief_id = made.brief_id if made else sample_show.unpublished_sample(session)
    if brief_id is None:
        return None
    try:
        return jobs.request_generation(
            container.db,
            brief_id,
            container.speech,
            rules=container.rules,
            force=False,
            requested_by=ACTOR,
            store=container.store,
        ).job_id
    except (QueueFullError, StillCancellingError) as error:
        logger.warning("the sample brief will not be narrated now: %s", error)
        return None


def show_until_done(container: Container, job_id: int, stop: Event) -> None:
    """Show a progress bar until the job ends, then its summary."""
    say(f"Narrating the sample brief. The site is already up at {container.settings.public_url}")
    with Watcher(container.db, job_id):
        while (report := _report(container, job_id)) is None or not report.is_final:
            if stop.wait(LOOK_EVERY_SECONDS):
                return
    print_summary(report, container)


def _report(container: Container, job_id: int) -> jobs.JobReport | None:
    """Return the job's progress; None while the database is not responding, which the worker also survives."""
    try:
        with container.db.transaction() as session:
            return jobs.report(session, job_id)
    except TryAgainError:
        return None


def wait_while_alive(worker: Worker, stop: Event) -> None:
    """Return once `stop` is set; raise `BriefAudioError` if the worker ends on its own."""
    while not stop.wait(1.0):
        if not worker.is_alive:
            raise BriefAudioError("the worker stopped because of an unexpected error; see the log, then restart")
