"""What must hold of the queue's rows whatever was done to them: looked at after each step."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from brief_audio.domain.jobs import NarrationState
from brief_audio.domain.work import ERROR_LIMIT, LIVE_STATUSES, WorkStatus

BECOMES = {
    "job.claimed": ("queued", "processing"),
    "job.completed": ("processing", "completed"),
    "job.failed": ("processing", "failed"),
    "job.requeued": ("processing", "queued"),
    "job.rescued": ("processing", "queued"),
    "job.released": ("processing", "queued"),
    "job.cancel_requested": ("processing", "processing"),
    "item.failed": ("processing", "processing"),
}
KEPT = (NarrationState.SPOKEN, NarrationState.REUSED)


# One statement: it is asked after each of some thousand steps.
EVERYTHING = text("""
    SELECT (SELECT jsonb_agg(to_jsonb(job)) FROM audio_generation_job job),
           (SELECT jsonb_agg(jsonb_build_array(job_id, state) ORDER BY job_id, position) FROM item_narration),
           (SELECT jsonb_agg(jsonb_build_array(job_id, kind, attempt) ORDER BY id) FROM event)
""")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """The rows of the queue at one moment."""

    jobs: dict[int, Row]
    items: dict[int, list[str]]
    events: dict[int, list[tuple[str, int | None]]]


def look(connection: Connection) -> Seen:
    """Read everything."""
    jobs, items, events = connection.execute(EVERYTHING).one()
    rows = {row["id"]: row for row in jobs or []}
    seen = Seen(rows, {number: [] for number in rows}, {number: [] for number in rows})
    for job_id, state in items or []:
        seen.items[job_id].append(state)
    for job_id, kind, attempt in events or []:
        seen.events[job_id].append((kind, attempt))
    return seen


def check(now: Seen, before: Seen) -> None:
    """Fail where the rows contradict each other, or what they were a step ago."""
    live = Counter(row["brief_id"] for row in now.jobs.values() if row["status"] in LIVE_STATUSES)
    assert not live or max(live.values()) == 1, f"two live jobs of one brief: {live}"
    for number, row in now.jobs.items():
        _check_row(row, now.items[number])
        _check_events(row, now.events[number])
        if number in before.jobs:
            _check_change(before.jobs[number], row)
    assert before.jobs.keys() <= now.jobs.keys()


def _check_row(row: Row, items: Sequence[str]) -> None:
    assert row["total_items"] == len(items)
    assert row["completed_items"] == sum(state in KEPT for state in items)
    assert row["failed_items"] == items.count(NarrationState.FAILED)
    assert 0 <= row["progress"] <= 100
    assert 0 <= row["charged"] <= row["attempt"]
    assert len(row["error"] or "") <= ERROR_LIMIT
    assert row["status"] == WorkStatus.PROCESSING or NarrationState.SPEAKING not in items
    assert not row["cancel_requested"] or row["status"] in {WorkStatus.PROCESSING, WorkStatus.CANCELLED}


def _check_events(row: Row, events: Sequence[tuple[str, int | None]]) -> None:
    """Play the history: it must lead through allowed changes only, to the row as it is."""
    assert [attempt for kind, attempt in events if kind == "job.claimed"] == list(range(1, row["attempt"] + 1))
    status, attempts = "", 0
    for kind, attempt in events:
        if kind == "job.queued":
            assert not status
            status = "queued"
        elif kind == "job.cancelled":
            assert status in LIVE_STATUSES
            status = "cancelled"
        elif kind == "job.moved_up":
            assert status in LIVE_STATUSES
        elif kind == "job.retried":
            assert status in {"failed", "cancelled"}
        else:
            from_status, to_status = BECOMES[kind]
            assert status == from_status, f"{kind} of a job that is {status}"
            attempts += kind == "job.claimed"
            assert attempt in {None, attempts}, f"{kind} by attempt {attempt} during attempt {attempts}"
            status = to_status
    assert status == row["status"]


def _check_change(before: Row, now: Row) -> None:
    if before["status"] not in LIVE_STATUSES:
        assert now == before, "a final row has changed"
    assert now["attempt"] >= before["attempt"]
    assert now["attempt"] > before["attempt"] or now["progress"] >= before["progress"]
    assert now["cancel_requested"] >= before["cancel_requested"]
