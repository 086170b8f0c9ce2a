"""Their side of the comparison: procrastinate's asynchronous worker as its documentation has it, with an empty task.

It runs in an environment of its own, which has procrastinate and nothing of the product. Each line of standard input
is one task; `done` is the answer to each.
"""

import asyncio
import json
import sys

import procrastinate

SPARE_CONNECTIONS = 2  # one of them listens


def main() -> None:
    """Do what each line says."""
    for line in sys.stdin:
        task = json.loads(line)
        asyncio.run(work(task["url"], task["workers"], task["seconds"]))
        print("done", flush=True)


async def work(url: str, workers: int, seconds: float) -> None:
    """Take jobs, so many at once, for so many seconds; with no worker at all, make the tables."""
    size = workers + SPARE_CONNECTIONS
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, min_size=size, max_size=size))
    app.task(name="nothing")(_nothing)
    async with app.open_async():
        if workers:
            await _take(app, workers, seconds)
        else:
            await app.schema_manager.apply_schema_async()


async def _take(app: procrastinate.App, workers: int, seconds: float) -> None:
    worker = asyncio.create_task(app.run_worker_async(concurrency=workers, install_signal_handlers=False))
    await asyncio.wait([worker], timeout=seconds)
    worker.cancel()
    await asyncio.wait([worker])
    if not worker.cancelled():
        worker.result()  # raises what ended it too early


async def _nothing() -> None:
    """Be the work that is done for each job."""
