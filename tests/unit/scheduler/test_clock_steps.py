"""Whether the clock on the wall was set is told by one that only goes forward."""

from scheduler.clock_steps import ClockSteps


class Clocks:
    """A wall clock and a monotonic one, moved by hand."""

    def __init__(self) -> None:
        self.wall = 1_000_000.0
        self.monotonic = 50.0

    def steps(self) -> ClockSteps:
        return ClockSteps(wall=lambda: self.wall, monotonic=lambda: self.monotonic)

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


def test_time_that_passes_is_no_step() -> None:
    clocks = Clocks()
    steps = clocks.steps()

    clocks.pass_by(7200)

    assert steps.step_seconds() == 0


def test_a_clock_that_is_set_is_told_once() -> None:
    clocks = Clocks()
    steps = clocks.steps()

    clocks.wall -= 3600
    told = [steps.step_seconds(), steps.step_seconds()]

    assert told == [-3600, 0]


def test_small_corrections_count_once_they_add_up() -> None:
    clocks = Clocks()
    steps = clocks.steps()

    told = []
    for _ in range(3):
        clocks.wall += 0.75
        told.append(steps.step_seconds())

    assert told == [0, 0, 2.25]
