"""Parse a Markdown brief.

    ---
    show: morning-brief
    date: 2026-03-20
    ---
    # The title of the brief

    ## The headline of an item
    Source: https://example.com/story
    Voice: joe

    The body of the item.

Front matter consists of `key: value` lines for `show` and `date`; it is not YAML. `Source:` and `Voice:` are optional,
once each, on the lines directly below a headline; anywhere else they are text. Only the title may come before the
first item. Places are lines.
"""

import re
from dataclasses import dataclass, field

from brief_audio.domain.brief_file.item_limit import within_limit
from brief_audio.domain.brief_file.markdown_table import tables
from brief_audio.domain.brief_file.markdown_text import heading_text, plain_text
from brief_audio.domain.brief_file.problems import Problems, quoted
from brief_audio.domain.brief_file.unchecked import UncheckedBrief, UncheckedItem, UncheckedText

_FRONT_MATTER_KEYS = ("show", "date")
_FENCE = re.compile(r" {0,3}(?:`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(?P<level>##?)(?P<text>(?:[ \t].*)?)")
_ABOUT = re.compile(r"(?P<key>source|voice):[ \t]*(?P<value>\S+)[ \t]*", re.IGNORECASE)

_Line = tuple[int, str]


@dataclass
class _Item:
    headline: UncheckedText
    lines: list[_Line] = field(default_factory=list)


def read_markdown(text: str, problems: Problems) -> UncheckedBrief:
    """Return the contents of the Markdown in `text`; add everything that is not valid in a brief to `problems`."""
    lines: list[_Line] = list(enumerate(re.split(r"\r\n|\r|\n", text), start=1))
    front, rest = _front_matter(lines, problems)
    title, items = _sections(rest, problems)
    return UncheckedBrief(
        show=front.get("show"),
        date=front.get("date"),
        title=title,
        items=tuple(_given_item(item, problems) for item in within_limit(items, _place_of, problems)),
    )


def _place_of(_number: int, item: _Item) -> str:
    return item.headline.place


def _front_matter(lines: list[_Line], problems: Problems) -> tuple[dict[str, UncheckedText], list[_Line]]:
    if lines[0][1].rstrip() != "---":
        return {}, lines
    end = next((at for at, (_, line) in enumerate(lines[1:], start=1) if line.rstrip() in {"---", "..."}), None)
    if end is None:
        problems.fail("line 1", "the front matter that starts here has no closing ---")
    front: dict[str, UncheckedText] = {}
    for number, line in lines[1:end]:
        if line.strip() and not line.lstrip().startswith("#"):
            _front_matter_line(number, line, front, problems)
    return front, lines[end + 1 :]


def _front_matter_line(number: int, line: str, front: dict[str, UncheckedText], problems: Problems) -> None:
    place = f"line {number}"
    key, colon, value = (part.strip() for part in line.partition(":"))
    if not colon:
        problems.add(place, "a front matter line must look like `key: value`")
    elif key not in _FRONT_MATTER_KEYS:
        problems.add(place, f"{quoted(key)} is not a known key (known: {', '.join(_FRONT_MATTER_KEYS)})")
    elif key in front:
        problems.add(place, f"{key!r} appears twice")
    else:
        front[key] = UncheckedText(_unquoted(value), place)


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def _sections(lines: list[_Line], problems: Problems) -> tuple[UncheckedText | None, list[_Item]]:
    title: UncheckedText | None = None
    items: list[_Item] = []
    is_in_code = False
    for number, line in lines:
        if _FENCE.match(line):
            is_in_code = not is_in_code
        heading = None if is_in_code else _HEADING.fullmatch(line)
        place = f"line {number}"
        if heading and heading["level"] == "##":
            items.append(_Item(UncheckedText(_heading(heading), place)))
        elif heading:
            if title is not None:
                problems.add(place, f"is a second title; the first is on {title.place}")
            title = title or UncheckedText(_heading(heading), place)
        elif items:
            items[-1].lines.append((number, line))
        elif line.strip():
            problems.add(place, "is text before the first item; only the title (`# …`) may come first")
    return title, items


def _heading(found: re.Match[str]) -> str:
    return plain_text(heading_text(found["text"]))


def _given_item(item: _Item, problems: Problems) -> UncheckedItem:
    about: dict[str, UncheckedText] = {}
    lines = iter(item.lines)
    body: list[_Line] = []
    for number, line in lines:
        if line.strip() and not _ABOUT.fullmatch(line.strip()):
            body = [(number, line), *lines]
        elif found := _ABOUT.fullmatch(line.strip()):
            key = found["key"].lower()
            if key in about:
                problems.add(f"line {number}", f"is a second {key}; the first is on {about[key].place}")
            about.setdefault(key, UncheckedText(found["value"].strip("<>"), f"line {number}"))
    for number in tables(body):
        problems.add(f"line {number}", "a table cannot be read aloud: write it as sentences")
    place = item.headline.place
    body_place = f"line {body[0][0]}" if body else place
    text = plain_text("\n".join(line for _, line in body))
    return UncheckedItem(place, item.headline, UncheckedText(text, body_place), about.get("source"), about.get("voice"))
