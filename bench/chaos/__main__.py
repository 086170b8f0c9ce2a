"""Kill, stop and resume workers at random while jobs run: no job may be lost, and none published twice.

    python -m bench.chaos [--minutes N] [--seed N]

Three `manage.py scheduler` processes on one embedded PostgreSQL narrate briefs with the test tone. Each is killed
(alone or with its speech children) or stopped, for seconds or until long after its lease, and then restarted or
resumed. In the end the workers are left alone to finish all jobs, and the rows, events and files are counted.
"""

import argparse
import json
import os
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench.chaos import newsroom
from bench.chaos.attack import ChaosRun
from bench.chaos.result import ChaosResult, print_table, result
from bench.chaos.seats import Attacks, WorkerProcess
from bench.chaos.watch import LeaseWatch
from bench.product import BenchmarkError, Product
from brief_audio.db.connection.engine import Database
from brief_audio.embedded import hold_server

PROJECT = Path(__file__).parents[2]
SEATS = 3
SETTINGS = {
    "BRIEF_ENGINE": "tone",
    "BRIEF_SPEECH_PROCESSES": "1",
    "SECRET_KEY": secrets.token_urlsafe(32),
}


def main(arguments: Sequence[str]) -> int:
    """Attack, count and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="random seed for the attacks")
    given = parser.parse_args(arguments)
    print(f"Seed {given.seed}, {given.minutes:g} minutes", flush=True)
    home = Path(os.environ.get("BRIEF_DATA_DIR", PROJECT / "var")).absolute() / "bench"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="chaos-", dir=home))
    try:
        done = _run(folder / "data", given.minutes, random.Random(given.seed))  # noqa: S311  (no secret)
    except BenchmarkError as error:
        print(f"Error: {error} (kept: {folder})", file=sys.stderr)
        return 1
    print_table(done)
    print(json.dumps(asdict(done) | {"seed": given.seed}))
    if done.broken_promises():
        print(f"Broken: {', '.join(done.broken_promises())}", file=sys.stderr)
        print(f"The run's files are in {folder}", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


def _run(data_dir: Path, minutes: float, chance: random.Random) -> ChaosResult:
    product = Product(data_dir, SETTINGS)
    with hold_server(data_dir) as server:  # held here, so that it outlives every worker
        product.command("db", "upgrade")
        db = Database(server.url, name="chaos")
        trouble = Attacks([WorkerProcess(product) for _ in range(SEATS)], chance, next_at=time.monotonic() + 10)
        run = ChaosRun(trouble, LeaseWatch(db), newsroom.opened(db))
        try:
            run.stir(minutes)
            run.let_end()
        finally:
            trouble.end()
        done = result(db, trouble, run.watch, data_dir, run.news.briefs)
        db.close()
    return done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
