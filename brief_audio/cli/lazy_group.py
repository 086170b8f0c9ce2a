"""A group of commands of which only the one that is called is imported."""

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pkgutil import resolve_name
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that knows the summaries of its commands, so that its help needs none of them."""

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]], **options: Any) -> None:
        """Take the place (`module:name`) and the summary of each command; others may be added as to any group."""
        super().__init__(*args, **options)
        self._places = {name: place for name, (place, _) in lazy.items()}
        for name, (_, summary) in lazy.items():
            self.add_command(click.Command(name, help=summary))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command itself, imported now."""
        place = self._places.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        if place.partition(":")[0] not in sys.modules:
            with _unwatched():
                resolve_name(place)
        command: click.Command = resolve_name(place)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the summaries."""
        click.Group(commands=self.commands).format_commands(ctx, formatter)


@contextmanager
def _unwatched() -> Iterator[None]:
    """Keep the garbage collector away from what is imported in this block, also later.

    Imports make hundreds of thousands of objects that stay: to go through them again and again takes a quarter of a
    short command's time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
