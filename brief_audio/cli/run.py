"""`run`: everything in one command, for one machine: database, site, clock, worker, and a sample to begin with."""

import logging
from threading import Event

import click

from brief_audio.app import create_app
from brief_audio.bootstrap import SITE, Container
from brief_audio.cli.desk import opened, upgrade
from brief_audio.cli.output import say, screen
from brief_audio.cli.progress import Watcher
from brief_audio.cli.site_address import noted
from brief_audio.cli.stopping import stop_on_signals
from brief_audio.cli.summary import print_summary
from brief_audio.domain.clock import utc_now
from brief_audio.domain.errors import BriefAudioError, QueueFullError, StillCancellingError, TryAgainError
from brief_audio.services import jobs, sample_show
from brief_audio.services.accounts import links
from brief_audio.web.connection_bounds import bounds_behind
from brief_audio.web.server import SiteServer
from scheduler.clock import Clock
from scheduler.listener import Listener
from scheduler.worker import Worker

logger = logging.getLogger(__name__)

ACTOR = "run"
SAMPLE_VOICE = "joe"
LOOK_EVERY_SECONDS = 0.3


@click.command()
def run() -> None:
    """Start everything here, narrate the sample brief once, and serve until Ctrl-C.

    On Ctrl-C the site stops first, then the worker, which gives back the job in hand, then the speech
    processes, and the database server last.
    """
    with stop_on_signals() as stop, opened() as desk:
        settings = desk.settings_of_run()
        container = desk.container("run")
        upgrade(container)
        site = desk.container(SITE)  # with connections of its own: a busy site must not starve the worker
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
    """Show how far the sample's job is, if there is one, then say where the site is."""
    if sample_job is not None:
        show_until_done(container, sample_job, stop)
    if not stop.is_set():
        say(f"Serving on {url} until Ctrl-C.")


def begin(container: Container) -> int | None:
    """Say how to sign in where nobody can yet, then return what `ask_for_sample` does."""
    tell_first_admin(container)
    return ask_for_sample(container)


def tell_first_admin(container: Container) -> None:
    """Show the link for the first admin while no user has a password; every start makes a new one until then.

    It goes to a terminal alone: a log is read by more people than may become admin, and kept for longer than a day.
    """
    path = links.make_first(container.db, actor=ACTOR)
    if path is None:
        return
    other_way = f"python manage.py users link {links.FIRST_EMAIL}"
    terminal = screen()
    if terminal is None:
        say(f"The dashboard has no admin yet. To get the link that makes the first one, run: {other_way}")
        return
    click.echo("The dashboard has no admin yet. Open this link to become the first (once, within a day):", terminal)
    click.echo(f"  {container.settings.public_url}{path}", terminal)
    click.echo(f"For another link, start again or run: {other_way}", terminal)


def ask_for_sample(container: Container) -> int | None:
    """Create the sample show where there is none; return the job of its brief while that has no rendition.

    None, too, where there is no job to be had now: the worker that makes room for it must start all the same.
    """
    made = sample_show.make_sample(container.db, container.store, now=utc_now(), voice=SAMPLE_VOICE, actor=ACTOR)
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
        logger.warning("the sample brief is not narrated now: %s", error)
        return None


def show_until_done(container: Container, job_id: int, stop: Event) -> None:
    """Show a progress bar until the job ends, then its summary."""
    say(f"Narrating the sample brief; the site is up meanwhile: {container.settings.public_url}")
    with Watcher(container.db, job_id):
        while (report := _report(container, job_id)) is None or not report.is_final:
            if stop.wait(LOOK_EVERY_SECONDS):
                return
    print_summary(report, container)


def _report(container: Container, job_id: int) -> jobs.JobReport | None:
    """Return how far the job is; None while the database does not answer, which the worker lives through, too."""
    try:
        with container.db.transaction() as session:
            return jobs.report(session, job_id)
    except TryAgainError:
        return None


def wait_while_alive(worker: Worker, stop: Event) -> None:
    """Return when told to stop; raise `BriefAudioError` where the worker ended by itself."""
    while not stop.wait(1.0):
        if not worker.is_alive:
            raise BriefAudioError("the worker met an error that nobody foresaw; the log has it. Start again.")
