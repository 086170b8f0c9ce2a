"""What the narrator asks of whoever it narrates for: a job's attempt, or an editor who wants to hear an item."""

from typing import Protocol

from brief_audio.domain.jobs import QueueRules
from brief_audio.services.attempt import ItemOutcome


class Narrating(Protocol):
    """Says whether to go on, how urgent this is, and takes down what was done."""

    @property
    def rules(self) -> QueueRules:
        """Return the numbers of the queue."""
        ...

    @property
    def priority(self) -> int:
        """Return where its utterances stand among those of others; smaller goes first."""
        ...

    @property
    def turn(self) -> int:
        """Return where they stand among those of the same priority."""
        ...

    def check(self) -> None:
        """Raise the reason why the work must end now, if there is one."""
        ...

    def check_cancel(self) -> None:
        """Do what `check` does, and now and then ask those who are elsewhere."""
        ...

    def progress(self, per_cent: int) -> None:
        """Take down how far the work is; may raise as `check` does."""
        ...

    def narrated(self, outcome: ItemOutcome) -> None:
        """Take down how one item ended, or that it was begun."""
        ...
