"""Measure how fast the dashboard's pages answer with 20,000 briefs, 100,000 jobs and a million events.

    python -m bench.pages

Every page open to signed-in users, taken from the URL map, is requested from the whole application with its guards, on
a real PostgreSQL and in one thread. The web server's own work with the socket is not included.
"""

import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.pages import rows
from bench.pages.measuring import MeasuredPage, addresses, measure
from bench.pages.samples import more_addresses, samples
from bench.pages.visitor import signed_in
from bench.product import BenchmarkError
from brief_audio.app import create_app
from brief_audio.bootstrap import SITE, Container, build
from brief_audio.config.settings import Settings
from brief_audio.db.connection import migrate
from brief_audio.embedded import hold_server

PROJECT = Path(__file__).parents[2]
KEY = secrets.token_urlsafe(32)


def main() -> int:
    """Measure and print; return the exit status."""
    home = Path(os.environ.get("BRIEF_DATA_DIR", PROJECT / "var")).absolute() / "bench"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="pages-", dir=home))
    try:
        with _container(folder) as container:
            pages = _measure(container)
    except BenchmarkError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder)
    _print(pages)
    return 0


@contextmanager
def _container(folder: Path) -> Iterator[Container]:
    env = {"BRIEF_DATA_DIR": str(folder), "BRIEF_ENGINE": "tone"}
    settings = Settings.from_env(env, processors=2, secret_key=KEY)
    with hold_server(folder) as server:
        container = build(settings, server.url, name=SITE)
        migrate.upgrade(container.db)
        print("Writing years of history …", file=sys.stderr)
        rows.fill(server.url)
        yield container
        container.close()


def _measure(container: Container) -> list[MeasuredPage]:
    app = create_app(container)
    client = signed_in(app, container.db)
    found = addresses(app, samples(container.db), more_addresses(container.db))
    print(f"Requesting {len(found)} pages …", file=sys.stderr)
    return [measure(client, container.db.engine, address) for address in found]


def _print(pages: list[MeasuredPage]) -> None:
    width = max(len(page.address) for page in pages)
    print(f"{'page':{width}}  p50 ms  p95 ms  queries")
    for page in pages:
        print(f"{page.address:{width}}  {page.p50_ms:6.1f}  {page.p95_ms:6.1f}  {page.queries:7}")
    worst = max(pages, key=lambda page: page.p95_ms)
    done = {
        "pages": len(pages),
        "worst_p95_ms": round(worst.p95_ms, 1),
        "worst_page": worst.address,
        "worst_queries": max(page.queries for page in pages),
    }
    print(json.dumps(done))


if __name__ == "__main__":
    sys.exit(main())
