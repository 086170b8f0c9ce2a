"""The result of a run: the line of JSON, and the table before it."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.chaos.seats import KILLS, Attacks
from bench.chaos.verdict import counts, orphaned_objects, returns, temporary_files
from bench.chaos.watch import LeaseWatch
from brief_audio.db.connection.engine import Database
from brief_audio.domain.jobs import QueueRules

NOTHING = ("doubles", "lost", "unasked_ends", "failed_otherwise", "temporary_files")
RECLAIMED_WITHIN_S = 75  # from the last heartbeat to the next claim, for a job's first two deaths


@dataclass(frozen=True, slots=True)
class ChaosResult:
    """The figures in the line of JSON; seconds count from the last heartbeat, None if no job returned."""

    jobs: int
    starts: int
    kills: int
    stops: int
    unasked_ends: int
    zombies: int
    deaths: int
    publishes: int
    doubles: int
    lost: int
    reclaim_max_s: float | None
    reclaim_p50_s: float | None
    reclaims: int
    backoff_max_s: float | None
    failed_after_deaths: int
    failed_otherwise: int
    requeued_after_errors: int
    orphaned_objects: int
    temporary_files: int

    def broken_promises(self) -> list[str]:
        """Return the names of the figures that must be zero but aren't, and of a reclaim that took too long."""
        found = [name for name in NOTHING if getattr(self, name)]
        return [*found, "reclaim_max_s"] if (self.reclaim_max_s or 0) > RECLAIMED_WITHIN_S else found


def result(db: Database, trouble: Attacks, watch: LeaseWatch, data_dir: Path, asked: int) -> ChaosResult:
    """Count what the rows and files contain."""
    with db.transaction() as session:
        found = counts(session)
        back = returns(session, watch.lease_ends, QueueRules())
        orphans = orphaned_objects(session, data_dir)
    kills = sum(trouble.counts[attack] for attack in KILLS)
    return ChaosResult(
        jobs=found.jobs,
        starts=trouble.starts,
        kills=kills,
        stops=sum(trouble.counts.values()) - kills,
        unasked_ends=trouble.unasked_ends,
        zombies=watch.zombies,
        deaths=found.deaths,
        publishes=found.publishes,
        doubles=found.doubles,
        lost=found.lost + asked - found.jobs,  # a missing row counts as lost, too
        reclaim_max_s=_rounded(max(back.at_once, default=None)),
        reclaim_p50_s=_rounded(median(back.at_once) if back.at_once else None),
        reclaims=len(back.at_once),
        backoff_max_s=_rounded(max(back.after_backoff, default=None)),
        failed_after_deaths=found.failed_after_deaths,
        failed_otherwise=found.failed_otherwise,
        requeued_after_errors=found.requeued_after_errors,
        orphaned_objects=orphans,
        temporary_files=temporary_files(data_dir),
    )


def print_table(done: ChaosResult) -> None:
    """Print each figure with its meaning."""
    rows = (
        ("jobs requested", done.jobs),
        ("workers started", done.starts),
        ("workers killed (-9)", done.kills),
        ("workers stopped", done.stops),
        ("workers that ended unexpectedly", done.unasked_ends),
        ("attempts that lost their worker, found by expired lease", done.deaths),
        ("attempts resumed after losing their job (zombies)", done.zombies),
        ("editions published", done.publishes),
        ("duplicates: extra renditions, ends or publications", done.doubles),
        ("lost: jobs without a final state or without their edition", done.lost),
        ("seconds to the next claim, first two deaths: longest", done.reclaim_max_s),
        (f"seconds to the next claim: median of {done.reclaims}", done.reclaim_p50_s),
        ("seconds to the next claim, later deaths: longest", done.backoff_max_s),
        ("jobs failed after five deaths", done.failed_after_deaths),
        ("jobs failed for other reasons", done.failed_otherwise),
        ("attempts that ended with an error and were queued again", done.requeued_after_errors),
        ("objects without a row, left for the daily sweep", done.orphaned_objects),
        ("temporary files left over", done.temporary_files),
    )
    for name, value in rows:
        print(f"{name:60}{'-' if value is None else value:>10}")


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
