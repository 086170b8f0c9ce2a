"""`web`: serve the site."""

import click

from brief_audio.app import create_app
from brief_audio.bootstrap import SITE
from brief_audio.cli.terminal.command_context import opened
from brief_audio.cli.terminal.output import say
from brief_audio.cli.terminal.stop_signals import stop_on_signals
from brief_audio.web.connection_bounds import bounds_behind
from brief_audio.web.server import SiteServer


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
def web(*, host: str) -> None:
    """Serve the site until stopped."""
    with stop_on_signals() as stop, opened() as desk:
        settings = desk.settings_of_service()
        bounds = bounds_behind(settings.trusted_proxies)
        server = SiteServer(create_app(desk.container(SITE)), host=host, port=settings.port, bounds=bounds)
        server.start()
        say(f"Listening on {server.url}")
        try:
            stop.wait()
        finally:
            server.stop()
