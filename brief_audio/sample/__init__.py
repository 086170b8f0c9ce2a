"""The sample brief of a new installation: ten invented items, about ten minutes of audio."""

from datetime import date
from importlib import resources
from pathlib import Path

from brief_audio.domain.brief_file import BriefDraft, parse_brief_text

_FOLDER = Path(str(resources.files(__name__)))

SAMPLE_BRIEF = _FOLDER / "morning-brief.md"


def sample_brief(local_date: date) -> BriefDraft:
    """Return the sample brief with the given date; its text suits any day of the year."""
    text = SAMPLE_BRIEF.read_text(encoding="utf-8")
    return parse_brief_text(text, Path(SAMPLE_BRIEF.name), show=None, local_date=local_date, today=local_date)
