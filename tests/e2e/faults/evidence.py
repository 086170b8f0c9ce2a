"""What the history, the rows and the store must show after every fault: nothing doubled, nothing lost, nothing left."""

from collections import Counter

from brief_audio.domain.object_names import narration_name
from tests.e2e.faults.newsroom import Newsroom

ONCE_IN_AN_ATTEMPT = {
    "job.claimed",
    "job.completed",
    "job.failed",
    "job.cancelled",
    "job.requeued",
    "job.rescued",
    "job.released",
    "rendition.published",
    "rendition.held",
}
ENDS = {"completed": "job.completed", "failed": "job.failed", "cancelled": "job.cancelled"}


def history(newsroom: Newsroom, job: int) -> list[tuple[int | None, str]]:
    """Return the attempt and the kind of everything that happened to a job, in order."""
    return newsroom.rows("SELECT attempt, kind FROM event WHERE job_id = :job ORDER BY id", job=job)


def kinds(newsroom: Newsroom, job: int) -> list[str]:
    """Return what happened to a job, in order."""
    return [kind for _, kind in history(newsroom, job)]


def assert_in_order(newsroom: Newsroom) -> None:
    """See that history, rows and store tell one story of every job, and that nobody left anything behind."""
    assert_nothing_doubled(newsroom)
    assert_published_side(newsroom)
    assert_stored_is_named(newsroom)
    assert_no_temporary_files(newsroom)


def assert_nothing_doubled(newsroom: Newsroom) -> None:
    """Count events per job, attempt and kind, and compare them with the rows."""
    counted = Counter(newsroom.rows("SELECT job_id, attempt, kind FROM event WHERE job_id IS NOT NULL"))
    doubled = {what: count for what, count in counted.items() if count > 1 and what[2] in ONCE_IN_AN_ATTEMPT}
    assert doubled == {}
    for job, status, attempt in newsroom.rows("SELECT id, status, attempt FROM audio_generation_job"):
        told = Counter(kinds(newsroom, job))
        assert told["job.queued"] == 1, job
        assert told["job.claimed"] == attempt, job
        assert {kind for kind in ENDS.values() if told[kind]} == ({ENDS[status]} if status in ENDS else set()), job
        assert all(told[kind] <= 1 for kind in ENDS.values()), job


def assert_published_side(newsroom: Newsroom) -> None:
    """See that exactly the completed jobs have a rendition, and every brief's newest one is what listeners get."""
    completed = newsroom.rows("SELECT id FROM audio_generation_job WHERE status = 'completed' ORDER BY id")
    assert newsroom.rows("SELECT job_id FROM rendition ORDER BY job_id") == completed
    newest = newsroom.rows("SELECT brief_id, max(id) FROM rendition GROUP BY brief_id ORDER BY brief_id")
    current = "SELECT id, current_rendition_id FROM brief WHERE current_rendition_id IS NOT NULL ORDER BY id"
    published = "SELECT brief_id, id FROM rendition WHERE state = 'published' ORDER BY brief_id"
    assert newsroom.rows(current) == newsroom.rows(published) == newest


def assert_stored_is_named(newsroom: Newsroom, *, besides: frozenset[str] = frozenset()) -> None:
    """Compare the listing of the store with what rows name; `besides` is left to the sweep of orphans."""
    parts = ("audio", "captions", "chapters", "manifest")
    renditions = " UNION ".join(f"SELECT {part}_object FROM rendition" for part in parts)
    covers = "SELECT cover_object FROM show WHERE cover_object IS NOT NULL"
    named = {name for (name,) in newsroom.rows(f"{renditions} UNION {covers}")}
    begun = "SELECT narration_key FROM item_narration WHERE narration_key IS NOT NULL"
    heard = {narration_name(key) for (key,) in newsroom.rows(f"{begun} AND state IN ('spoken', 'reused')")}
    stored = {one.name for one in newsroom.store.list() if not one.name.startswith(("narrations/", "owners/"))}
    narrations = {one.name for one in newsroom.store.list("narrations/")}
    assert stored - besides == named
    assert heard <= narrations <= {narration_name(key) for (key,) in newsroom.rows(begun)}


def assert_no_temporary_files(newsroom: Newsroom) -> None:
    """See that no job's folder and no half-written object is left."""
    folder = newsroom.product.data_dir
    assert list((folder / "tmp").iterdir()) == []
    assert list((folder / "store" / ".temporary").glob("*")) == []
