"""Their side of the comparison: procrastinate's asynchronous worker as documented, with an empty task.

This runs in a separate environment with procrastinate and without the product. Each line on standard input is one task,
answered by `done`.
"""

import asyncio
import json
import sys

import procrastinate

SPARE_CONNECTIONS = 2  # one of them listens


def main() -> None:
    """Carry out the task on each line."""
    for line in sys.stdin:
        task = json.loads(line)
        asyncio.run(work(task["url"], task["workers"], task["seconds"]))
        print("done", flush=True)


async def work(url: str, workers: int, seconds: float) -> None:
    """Take jobs with this many workers for this many seconds; with no workers, create the tables."""
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
        worker.result()  # raises the error that ended it early


async def _nothing() -> None:
    """Do nothing: the work of each job."""
