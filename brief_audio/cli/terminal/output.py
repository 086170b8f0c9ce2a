"""Print the output of commands: data to standard output, messages to standard error."""

import json
import logging
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any, TextIO

import click

from brief_audio import logs

log = logging.getLogger(__name__)


def say(message: str) -> None:
    """Print a message on standard error, or log it when logs are JSON."""
    if logs.is_json():
        log.info(message)
    else:
        click.echo(message, err=True)


def screen() -> TextIO | None:
    """Return the user's terminal, for secrets that must not reach a log or a file; None if there is no terminal."""
    streams = [sys.stdout] if logs.is_json() else [sys.stderr, sys.stdout]
    return next((stream for stream in streams if stream.isatty()), None)


def complain(message: str) -> None:
    """Print or log the error that ends the command."""
    if logs.is_json():
        log.error(message)
    else:
        click.echo(f"Error: {message}", err=True)


def print_json(data: object) -> None:
    """Print dataclasses, lists of them or plain values as one JSON document."""
    click.echo(json.dumps(_plain(data), ensure_ascii=False, indent=2, default=_written))


def print_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows in columns as wide as their widest cell; cells are never truncated."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[column]) for line in [list(heads), *cells]) for column in range(len(heads))]
    for line in [list(heads), *cells]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def print_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """Print labels and values, one pair per line."""
    shown = [(label, _cell(value)) for label, value in pairs]
    width = max(len(label) for label, _ in shown)
    for label, value in shown:
        click.echo(f"{label.ljust(width)}  {value}")


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _cell(value: object) -> str:
    match value:
        case None:
            return "–"
        case datetime():
            return value.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")
        case date():
            return value.isoformat()
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value
