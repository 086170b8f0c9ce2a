"""Brief files: how editors and other systems submit a whole brief, as JSON or Markdown."""

from datetime import date
from pathlib import Path

from brief_audio.domain.brief_file.checks import check_brief
from brief_audio.domain.brief_file.draft import BriefDraft, ItemDraft
from brief_audio.domain.brief_file.json_brief import read_json
from brief_audio.domain.brief_file.markdown_brief import read_markdown
from brief_audio.domain.brief_file.problems import Problems, printable
from brief_audio.domain.brief_file.read_file import read_text
from brief_audio.domain.errors import InvalidInputError

__all__ = ["BriefDraft", "ItemDraft", "parse_brief_file", "parse_brief_text"]

_READERS = {".json": read_json, ".md": read_markdown, ".markdown": read_markdown}


def parse_brief_file(path: Path, *, show: str | None, local_date: date | None, today: date) -> BriefDraft:
    """Return the brief in the file at `path`; `show` and `local_date`, if given, override the file.

    Raise `NotFoundError` if there is no such file, and `InvalidInputError` if it isn't a valid brief; the error lists
    every problem with its line or JSON pointer.
    """
    if path.suffix.lower() not in _READERS:
        raise InvalidInputError(f"{printable(str(path))}: the name of a brief file must end in .json or .md")
    return parse_brief_text(read_text(path), path, show=show, local_date=local_date, today=today)


def parse_brief_text(text: str, path: Path, *, show: str | None, local_date: date | None, today: date) -> BriefDraft:
    """Return the brief in `text`, as `parse_brief_file` does; `path` sets its type and its name in messages."""
    problems = Problems(str(path))
    given = _READERS[path.suffix.lower()](text, problems)
    draft = check_brief(given, problems, show=show, local_date=local_date, today=today)
    problems.raise_if_any()
    assert draft is not None
    return draft
