"""Measure how fast the queue hands out jobs, compared with procrastinate on the same PostgreSQL in the same run.

    python -m bench.queue [--rounds N]

Each job is claimed and finished without any work in between, each step in its own transaction, with an event per step
and the same durability on both sides. Our side calls `claim_next` and `finish` as the worker does, with limits, lease,
fence and heartbeat, in threads of one or more processes. Theirs is the asynchronous worker with `concurrency`, in one
or more processes, with psycopg's C build. Speech is left out, and with it the brief's rendition.
"""

import argparse
import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from bench.environment import environment_with
from bench.product import BenchmarkError, Product
from bench.queue.crew import PROJECT, Crew, CrewLayout, crew
from bench.queue.result import print_table, result
from bench.queue.rounds import MOST_PROCESSES, QueueSide, find_best_layouts, measure
from bench.queue.rows import OURS, THEIRS
from bench.queue.tables import Size, Tables, connected, new_database
from bench.queue.wakeups import WARM_UP, our_idle_worker, their_idle_worker
from brief_audio.db.connection import migrate
from brief_audio.db.connection.engine import Database
from brief_audio.embedded import hold_server

THEIR_REQUIREMENTS = ("procrastinate==3.10.0", "psycopg[binary]==3.3.9")
BATCH = 5_000  # more than either side takes in one step
HUNDRED, MIDDLE = Size("100", 100, BATCH), Size("10,000", 10_000, BATCH)
MILLION, MILLION_QUEUED = Size("1,000,000", 1_000_000, BATCH), Size("0, and 1,000,000 queued", 0, 1_000_000)
SIZES = (HUNDRED, MIDDLE, MILLION, MILLION_QUEUED)
WAKE_UPS, WAKE_UP_TURNS = 200, 4
SETTINGS = {"BRIEF_ENGINE": "tone", "SECRET_KEY": secrets.token_urlsafe(32)}


def main(arguments: Sequence[str]) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.queue", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, choices=range(1, 10), metavar="1-9")
    rounds: int = parser.parse_args(arguments).rounds
    home = Path(os.environ.get("BRIEF_DATA_DIR", PROJECT / "var")).absolute() / "bench"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="queue-", dir=home))
    try:
        _measure(folder / "data", environment_with(home / "procrastinate", THEIR_REQUIREMENTS), rounds)
    except BenchmarkError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder)
    return 0


def _measure(data_dir: Path, their_python: Path, rounds: int) -> None:
    product = Product(data_dir, SETTINGS)
    with (
        _server(data_dir) as url,
        crew(sys.executable, "bench.queue.worker", MOST_PROCESSES) as our_crew,
        crew(their_python, "bench.queue.procrastinate_worker", MOST_PROCESSES) as their_crew,
    ):
        sides = _ours(url, our_crew), _theirs(url, their_crew)
        _fill(sides)
        find_best_layouts(sides, MIDDLE, rounds)
        measure(sides, [size for size in SIZES if size != MIDDLE], rounds)
        wake_ups = _wake_ups(product, url, their_crew)
    done = result(*sides, *wake_ups, sizes=SIZES, smallest=HUNDRED, largest=MILLION)
    print_table(*sides, sizes=SIZES, done=done)
    print(json.dumps({name: round(value, 3) for name, value in asdict(done).items()}))


@contextmanager
def _server(data_dir: Path) -> Iterator[str]:
    """Yield the address of an embedded server that records the commit time of each transaction."""
    with hold_server(data_dir) as server, connected(server.url) as session, session.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    with hold_server(data_dir) as server:
        _migrate(server.url)
        yield server.url


def _migrate(url: str) -> None:
    db = Database(url, name="bench")
    migrate.upgrade(db)
    db.close()


def _ours(url: str, workers: Crew) -> QueueSide:
    tables = {size: Tables(new_database(url, f"ours_{number}"), OURS, size, BATCH) for number, size in enumerate(SIZES)}
    for of_size in tables.values():
        _migrate(of_size.url)
    return QueueSide("Brief Audio", workers, tables)


def _theirs(url: str, workers: Crew) -> QueueSide:
    tables = {
        size: Tables(new_database(url, f"theirs_{number}"), THEIRS, size, BATCH) for number, size in enumerate(SIZES)
    }
    for of_size in tables.values():
        _create_their_tables(of_size.url, workers)
    return QueueSide("procrastinate", workers, tables)


def _create_their_tables(url: str, workers: Crew) -> None:
    workers.work(url, CrewLayout(1, 0), 0.0)


def _fill(sides: Sequence[QueueSide]) -> None:
    print("Filling the tables …", file=sys.stderr)
    with ThreadPoolExecutor(len(sides)) as pool:
        for filled in [pool.submit(tables.fill) for size in reversed(SIZES) for tables in _of(sides, size)]:
            filled.result()


def _of(sides: Sequence[QueueSide], size: Size) -> list[Tables]:
    return [side.tables[size] for side in sides]


def _wake_ups(product: Product, url: str, their_crew: Crew) -> tuple[list[float], list[float]]:
    """Return our milliseconds and theirs, measured in turns."""
    print("Waking workers …", file=sys.stderr)
    their_url = new_database(url, "theirs_idle")
    _create_their_tables(their_url, their_crew)
    with our_idle_worker(product, url) as ours, their_idle_worker(their_crew, their_url) as theirs:
        for side in (ours, theirs):
            side.take(WARM_UP)
        for side in (ours, theirs) * WAKE_UP_TURNS:
            side.take(WAKE_UPS // WAKE_UP_TURNS)
        return ours.milliseconds(), theirs.milliseconds()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
