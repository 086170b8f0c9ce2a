"""Measure both sides alternately, for all sizes and numbers of workers; the median of several rounds counts."""

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

from bench.queue.crew import Crew, CrewLayout
from bench.queue.tables import Size, Tables
from brief_audio.domain.clock import utc_now

WORKERS = (1, 2, 4, 8)
MOST_PROCESSES = 4
WARM_UP_SECONDS = 1.0
SECONDS = 1.2


@dataclass(frozen=True, slots=True)
class QueueRound:
    """One size and number of workers, spread over processes as in `layout`, by default each side's best way."""

    size: Size
    workers: int
    layout: CrewLayout | None = None


@dataclass(slots=True)
class QueueSide:
    """One side with its workers and tables; `best` is its best way to spread workers over processes."""

    name: str
    crew: Crew
    tables: Mapping[Size, Tables]
    best: dict[int, CrewLayout] = field(default_factory=dict)
    rates: dict[tuple[Size, int], float] = field(default_factory=dict)

    def peak(self, size: Size) -> float:
        """Return its best rate with any number of workers."""
        return max(self.rates[size, workers] for workers in WORKERS)

    def rate(self, step: QueueRound) -> float:
        """Return the jobs claimed and finished per second, counted by their events."""
        tables = self.tables[step.size]
        tables.refill()
        begin = utc_now() + timedelta(seconds=WARM_UP_SECONDS)
        end = begin + timedelta(seconds=SECONDS)
        self.crew.work(tables.url, step.layout or self.best[step.workers], WARM_UP_SECONDS + SECONDS + 0.1)
        return tables.done(begin, end) / SECONDS


def find_best_layouts(sides: Sequence[QueueSide], size: Size, rounds: int) -> None:
    """Spread each number of workers over processes in several ways; record each side's best way and its rate."""
    steps = [QueueRound(size, workers, layout) for workers in WORKERS for layout in _layouts(workers)]
    for side, medians in zip(sides, _medians(sides, steps, rounds), strict=True):
        for step in sorted(steps, key=lambda step: medians[step]):
            assert step.layout is not None
            side.best[step.workers], side.rates[size, step.workers] = step.layout, medians[step]


def measure(sides: Sequence[QueueSide], sizes: Sequence[Size], rounds: int) -> None:
    """Measure the other sizes, each in every round."""
    steps = [QueueRound(size, workers) for workers in WORKERS for size in sizes]
    for side, medians in zip(sides, _medians(sides, steps, rounds), strict=True):
        side.rates.update({(step.size, step.workers): rate for step, rate in medians.items()})


def _layouts(workers: int) -> list[CrewLayout]:
    return [CrewLayout(processes, workers // processes) for processes in (1, 2, MOST_PROCESSES) if processes <= workers]


def _medians(sides: Sequence[QueueSide], steps: Sequence[QueueRound], rounds: int) -> list[dict[QueueRound, float]]:
    """Return each side's rates; the sides take turns at going first."""
    found: list[dict[QueueRound, list[float]]] = [defaultdict(list) for _ in sides]
    for number in range(rounds):
        print(f"Round {number + 1} of {rounds}, {len(steps)} steps …", file=sys.stderr)
        for step in steps:
            for side, rates in list(zip(sides, found, strict=True))[:: 1 if number % 2 else -1]:
                rates[step].append(side.rate(step))
    return [{step: median(all_rates) for step, all_rates in rates.items()} for rates in found]
