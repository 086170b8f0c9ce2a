"""What a rendition contains: the texts as spoken, with their times, and the waveform."""

from dataclasses import asdict, dataclass
from typing import Any

from brief_audio.domain.jobs import NarrationState


@dataclass(frozen=True, slots=True)
class ContentsItem:
    """One item of a rendition; a failed one has no times but an error."""

    position: int
    headline: str
    body: str
    source_url: str | None
    state: NarrationState
    start_ms: int | None
    end_ms: int | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RenditionContents:
    """The items in order, and the waveform's `peaks` (0…100, equally spaced over the whole length).

    `silences` are the start and end, in milliseconds, of every silence of at least a second.
    """

    items: tuple[ContentsItem, ...]
    peaks: tuple[int, ...]
    silences: tuple[tuple[int, int], ...] | None = None  # None in older renditions

    def to_json(self) -> dict[str, Any]:
        """Return the form stored in the database."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "RenditionContents":
        """Return the contents from the form stored in the database."""
        items = (ContentsItem(**(item | {"state": NarrationState(item["state"])})) for item in kept["items"])
        silences = kept.get("silences")
        kept_silences = None if silences is None else tuple((start, end) for start, end in silences)
        return cls(items=tuple(items), peaks=tuple(kept["peaks"]), silences=kept_silences)
