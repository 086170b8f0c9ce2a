"""Site and worker as two processes on one database and one bucket, and what a person reads when the bucket fails."""

import json
import re
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.contract.storage.faulty_line import FaultyLine, answer
from tests.contract.storage.loopback_gcs import LoopbackGcs, client_of
from tests.e2e.product import Product, wait_until

pytestmark = pytest.mark.slow

FILES = re.compile(r"shows/morning-brief/\d+/000\d-\d+\.\d+-[0-9a-f]{16}\.(mp3|vtt|chapters\.json|manifest\.json)")
NARRATION = re.compile(r"narrations/([0-9a-f]{2})/\1[0-9a-f]{62}\.flac")


def stored(installation: Product, server: LoopbackGcs) -> set[str]:
    with closing(client_of(server.url)()) as client:
        return {blob.name for blob in client.list_blobs(installation.extra["BRIEF_GCS_BUCKET"])}


def import_brief(installation: Product, folder: Path, *bodies: str) -> None:
    items = [{"headline": f"Story {number}", "body": body} for number, body in enumerate(bodies, start=1)]
    brief = {"show": "morning-brief", "date": "2026-03-20", "title": "Friday", "items": items}
    (folder / "brief.json").write_text(json.dumps(brief), encoding="utf-8")
    done = installation.command("briefs", "import", str(folder / "brief.json"), "--replace")
    assert done.returncode == 0, done.stderr.decode()


def the_brief(installation: Product) -> dict[str, object]:
    shown = installation.command("briefs", "show", "morning-brief/2026-03-20", "--json")
    assert shown.returncode == 0, shown.stderr.decode()
    brief: dict[str, object] = json.loads(shown.stdout)["brief"]
    return brief


def get(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_site_and_worker_share_a_bucket_and_edits_leave_the_old_address_alone(
    in_bucket: Product, gcs_server: LoopbackGcs, tmp_path: Path
) -> None:
    site, worker = in_bucket.start("web"), in_bucket.start("scheduler")
    import_brief(in_bucket, tmp_path, "The bridge opens early.", "Fares stay as they are.")
    in_bucket.command("generate", "morning-brief/2026-03-20")
    wait_until(lambda: the_brief(in_bucket)["current_rendition"] == 1, "the first rendition")
    first = stored(in_bucket, gcs_server)
    [old] = [name for name in first if name.endswith(".mp3")]

    import_brief(in_bucket, tmp_path, "The bridge opens early.", "Fares rise on Monday.")
    in_bucket.command("generate", "morning-brief/2026-03-20")
    wait_until(lambda: the_brief(in_bucket)["current_rendition"] == 2, "the second rendition")

    added = stored(in_bucket, gcs_server) - first
    assert sorted(map(len, (first, added))) == [5, 6]
    assert sum(NARRATION.fullmatch(name) is not None for name in added) == 1
    assert all(FILES.fullmatch(name) or NARRATION.fullmatch(name) for name in first | added)
    [new] = [name for name in added if name.endswith(".mp3")]
    for name in (old, new):
        status, part = get(f"{in_bucket.url}/audio/{name}", Range="bytes=100-299")
        assert (status, len(part)) == (206, 200)
    assert in_bucket.interrupt(site) == 0
    assert in_bucket.interrupt(worker) == 0


def test_a_bucket_that_is_down_is_told_on_the_brief_and_costs_no_edition(
    in_bucket: Product, gcs_server: LoopbackGcs, line: FaultyLine, tmp_path: Path
) -> None:
    site = in_bucket.start("web")
    import_brief(in_bucket, tmp_path, "The bridge opens early.")
    assert in_bucket.command("generate", "morning-brief/2026-03-20", "--wait").returncode == 0
    [sound] = [name for name in stored(in_bucket, gcs_server) if name.endswith(".mp3")]
    import_brief(in_bucket, tmp_path, "The bridge opens late.")
    in_bucket.command("generate", "morning-brief/2026-03-20")

    line.always(answer(503, "backend is having a rest"))
    turned = in_bucket.command("scheduler", "--once")
    line.always(None)

    assert turned.returncode == 0
    brief = the_brief(in_bucket)
    assert (brief["last_job_status"], brief["current_rendition"]) == ("queued", 1)
    assert "Google Cloud Storage answered 503 (backend is having a rest)" in str(brief["last_error"])
    assert get(f"{in_bucket.url}/briefs/morning-brief-2026-03-20")[0] == 200
    assert get(f"{in_bucket.url}/audio/{sound}")[0] == 200
    assert in_bucket.interrupt(site) == 0


def test_a_bucket_that_does_not_exist_is_told_with_the_setting(in_bucket: Product, tmp_path: Path) -> None:
    in_bucket.extra["BRIEF_GCS_BUCKET"] = "nobodys-bucket"
    import_brief(in_bucket, tmp_path, "The bridge opens early.")

    generated = in_bucket.command("generate", "morning-brief/2026-03-20", "--wait", "--json")

    assert generated.returncode == 1
    assert json.loads(generated.stdout)["status"] == "failed"
    assert "BRIEF_GCS_BUCKET" in json.loads(generated.stdout)["error"]
    assert "BRIEF_GCS_BUCKET" in in_bucket.command("briefs", "show", "morning-brief/2026-03-20").stdout.decode()
