"""The result: the line of JSON, and the table before it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import geometric_mean, quantiles

from bench.queue.rounds import WORKERS, QueueSide
from bench.queue.tables import Size


@dataclass(frozen=True, slots=True)
class QueueResult:
    """The figures in the line of JSON.

    `throughput_vs_procrastinate` compares each side's best throughput with up to eight workers, spread over processes
    as suits it, averaged over all sizes; `…_one_worker` compares one worker with one worker.
    """

    throughput_vs_procrastinate: float
    wakeup_p50_ms: float
    wakeup_p95_ms: float
    million_row_share: float
    throughput_vs_procrastinate_one_worker: float
    procrastinate_wakeup_p50_ms: float
    procrastinate_wakeup_p95_ms: float
    procrastinate_million_row_share: float
    claims_per_second: float
    procrastinate_claims_per_second: float


def result(
    ours: QueueSide,
    theirs: QueueSide,
    our_ms: Sequence[float],
    their_ms: Sequence[float],
    *,
    sizes: Sequence[Size],
    smallest: Size,
    largest: Size,
) -> QueueResult:
    """Calculate the ratios; their means are geometric."""
    return QueueResult(
        throughput_vs_procrastinate=geometric_mean(ours.peak(size) / theirs.peak(size) for size in sizes),
        wakeup_p50_ms=_share_of(our_ms, 50),
        wakeup_p95_ms=_share_of(our_ms, 95),
        million_row_share=_growth(ours, smallest, largest),
        throughput_vs_procrastinate_one_worker=geometric_mean(
            ours.rates[size, 1] / theirs.rates[size, 1] for size in sizes
        ),
        procrastinate_wakeup_p50_ms=_share_of(their_ms, 50),
        procrastinate_wakeup_p95_ms=_share_of(their_ms, 95),
        procrastinate_million_row_share=_growth(theirs, smallest, largest),
        claims_per_second=max(ours.peak(size) for size in sizes),
        procrastinate_claims_per_second=max(theirs.peak(size) for size in sizes),
    )


def _share_of(milliseconds: Sequence[float], per_cent: int) -> float:
    return quantiles(milliseconds, n=100)[per_cent - 1]


def _growth(side: QueueSide, smallest: Size, largest: Size) -> float:
    """Return the share of the throughput that remains in the largest table, averaged over all numbers of workers."""
    return geometric_mean(side.rates[largest, workers] / side.rates[smallest, workers] for workers in WORKERS)


def print_table(ours: QueueSide, theirs: QueueSide, *, sizes: Iterable[Size], done: QueueResult) -> None:
    """Print every rate with its layout."""
    print("Jobs claimed and finished per second; processes × workers per process.")
    print(f"{'finished jobs in the table':28}{'workers':>8}{ours.name:>20}{theirs.name:>20}{'ratio':>8}")
    for size in sizes:
        for workers in WORKERS:
            both = [f"{side.rates[size, workers]:10.0f} ({side.best[workers]})" for side in (ours, theirs)]
            ratio = ours.rates[size, workers] / theirs.rates[size, workers]
            print(f"{size.name:28}{workers:8}{both[0]:>20}{both[1]:>20}{ratio:8.2f}")
    for name, p50, p95 in (
        (ours.name, done.wakeup_p50_ms, done.wakeup_p95_ms),
        (theirs.name, done.procrastinate_wakeup_p50_ms, done.procrastinate_wakeup_p95_ms),
    ):
        print(f"{name}: an idle worker claims a new job within {p50:.1f} ms (p50), {p95:.1f} ms (p95)")
