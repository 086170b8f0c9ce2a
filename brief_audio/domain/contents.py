"""What a rendition really holds: the texts as they were spoken, with their times, and the waveform."""

from dataclasses import asdict, dataclass
from typing import Any

from brief_audio.domain.jobs import NarrationState


@dataclass(frozen=True, slots=True)
class ContentsItem:
    """One item as it stands in a rendition; a failed one has no times and says why."""

    position: int
    headline: str
    body: str
    source_url: str | None
    state: NarrationState
    start_ms: int | None
    end_ms: int | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """The items in their order and the waveform's `peaks` (0…100, equally spaced over the whole length).

    `silences` are start and end in milliseconds of every silence of a second or longer.
    """

    items: tuple[ContentsItem, ...]
    peaks: tuple[int, ...]
    silences: tuple[tuple[int, int], ...] | None = None  # None: made before they were kept

    def to_json(self) -> dict[str, Any]:
        """Return the form that the database keeps."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Contents":
        """Return the contents from the form that the database keeps."""
        items = (ContentsItem(**(item | {"state": NarrationState(item["state"])})) for item in kept["items"])
        silences = kept.get("silences")
        kept_silences = None if silences is None else tuple((start, end) for start, end in silences)
        return cls(items=tuple(items), peaks=tuple(kept["peaks"]), silences=kept_silences)
