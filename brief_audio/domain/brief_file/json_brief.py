"""Parse a JSON brief.

The format is `{"show": slug, "date": "YYYY-MM-DD", "title", "items": [{"headline", "body", "source_url"?, "voice"?}]}`.
Other keys are rejected, because a misspelt key must not cost an item its voice. Places are JSON pointers (RFC 6901).
"""

import json
from collections.abc import Iterator, Sequence

from brief_audio.domain.brief_file.item_limit import within_limit
from brief_audio.domain.brief_file.problems import Problems, shown
from brief_audio.domain.brief_file.unchecked import UncheckedBrief, UncheckedItem, UncheckedText

_BRIEF_KEYS = ("show", "date", "title", "items")
_ITEM_KEYS = ("headline", "body", "source_url", "voice")
_CURLY = frozenset("“”„‟")
_OPTIONAL = frozenset({"source_url", "voice"})


class _Pairs(list[tuple[str, object]]):
    """A JSON object with its keys as written, including duplicates."""


class _Number:
    """A JSON number. A brief contains none, so its value, which may have a million digits, is not computed."""

    def __init__(self, _written: str) -> None:
        pass


def read_json(text: str, problems: Problems) -> UncheckedBrief:
    """Return the contents of the JSON in `text`; add everything that is not valid in a brief to `problems`."""
    try:
        root = json.loads(
            text, object_pairs_hook=_Pairs, parse_int=_Number, parse_float=_Number, parse_constant=_Number
        )
    except json.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg}{_curly_quotes(text, error)}"
        problems.fail(f"line {error.lineno} column {error.colno}", reason)
    except RecursionError:
        problems.fail("", "is nested too deeply to be a brief")
    if not isinstance(root, _Pairs):
        problems.fail("", f"must be a JSON object, not {_kind(root)}")
    values = _values(root, "", _BRIEF_KEYS, problems)
    return UncheckedBrief(
        show=_text(values, "", "show", problems),
        date=_text(values, "", "date", problems),
        title=_text(values, "", "title", problems),
        items=_items(values, problems),
    )


def _curly_quotes(text: str, error: json.JSONDecodeError) -> str:
    line = text.split("\n", error.lineno)[error.lineno - 1]
    return (
        " (the line has curly quotes, “ ”: JSON needs straight quotes around keys and texts)"
        if _CURLY & set(line)
        else ""
    )


def _values(pairs: _Pairs, pointer: str, known: tuple[str, ...], problems: Problems) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in pairs:
        place = f"{pointer}/{_escaped(key)}"
        if key not in known:
            problems.add(place, f"is not a known key (known: {', '.join(known)})")
        elif key in values:
            problems.add(place, "appears twice")
        values.setdefault(key, value)
    return values


def _text(values: dict[str, object], pointer: str, key: str, problems: Problems) -> UncheckedText | None:
    value, place = values.get(key), f"{pointer}/{key}"
    if isinstance(value, str):
        return UncheckedText(value, place)
    if key in values and not (value is None and key in _OPTIONAL):
        problems.add(place, f"must be text, not {_kind(value)}")
    return None


def _items(values: dict[str, object], problems: Problems) -> tuple[UncheckedItem, ...] | None:
    items = values.get("items")
    if isinstance(items, list) and not isinstance(items, _Pairs):
        allowed = within_limit(items, lambda number, _: f"/items/{number}", problems)
        return tuple(_read_items(allowed, problems))
    if "items" in values:
        problems.add("/items", f"must be a list, not {_kind(items)}")
    return None


def _read_items(items: Sequence[object], problems: Problems) -> Iterator[UncheckedItem]:
    for number, item in enumerate(items):
        pointer = f"/items/{number}"
        if not isinstance(item, _Pairs):
            problems.add(pointer, f"must be an object, not {_kind(item)}")
            continue
        values = _values(item, pointer, _ITEM_KEYS, problems)
        headline, body, source_url, voice = (_text(values, pointer, key, problems) for key in _ITEM_KEYS)
        yield UncheckedItem(pointer, headline, body, source_url, voice)


def _escaped(key: str) -> str:
    return shown(key).replace("~", "~0").replace("/", "~1")


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "text"
        case _Pairs():
            return "an object"
        case list():
            return "a list"
        case _:
            return "a number"
