"""A command group that imports a command only when it is called."""

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pkgutil import resolve_name
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that knows the summary of each command, so `--help` imports none of them."""

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **options: Any) -> None:
        """Register each command's place (`module:name`) and summary; other commands may be added as usual."""
        super().__init__(*args, **options)
        self._places = {name: place for name, (place, _) in lazy.items()}
        for name, (_, summary) in lazy.items():
            self.add_command(click.Command(name, help=summary))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command."""
        place = self._places.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        if place.partition(":")[0] not in sys.modules:
            with _unwatched():
                resolve_name(place)
        command: click.Command = resolve_name(place)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command list from the summaries."""
        click.Group(commands=self.commands).format_commands(ctx, formatter)


@contextmanager
def _unwatched() -> Iterator[None]:
    """Exclude everything imported in this block from garbage collection, permanently.

    Imports create hundreds of thousands of objects that live as long as the process. Scanning them repeatedly takes a
    quarter of a short command's time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
