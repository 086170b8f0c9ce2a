"""Two numbers joined by a dash or a slash: scores, votes, ranges and fractions."""

import re

from brief_audio.domain.text.english.neighbours import after, before
from brief_audio.domain.text.english.numbers_in_words import amount, cardinal, digits
from brief_audio.domain.text.english.rule import NUMBER, rule
from brief_audio.domain.text.english.typographic_variants import fraction

_CONTEST = re.compile(
    r"\b(?:w[io]n|wins|lost|los[ei]|loses|beat|beats|beaten|defeat\w*|dr[ae]w\w*|scor\w+|led|leads?|trail\w*|victory"
    r"|match|game|goals?|final|sets?|ruled|ruling|voted?|vote|cup|league|half-time|penalties|aggregate)\b",
    re.IGNORECASE,
)
_VOTE = re.compile(r"\b(?:vot\w+|rul(?:ed|es|ing)|ballot|court|council|senate|committee|jury)\b", re.IGNORECASE)
_GOALS = re.compile(
    r"\b(?:goals?|goalless|match|drew|draw|half-time|beat|won|win|lost|victory"
    r"|United|City|Rovers|Town|Athletic|League|Cup)\b"
)
_COUNTED = re.compile(
    r"-?\s?(?:[a-z-]+\s)?(?:people|children|[a-z]+s)\b|-(?:year|month|week|day|hour|minute|mile|point)\b"
)
_FRACTION_PARTS = {2, 3, 4, 5, 8}
_BEST_OF_TEN = 10


def _pair(match: re.Match[str]) -> str:
    if _is_score(match):
        return _score(match)
    return f"{amount(match['first'])} to {amount(match['second'])}"


def _is_score(match: re.Match[str]) -> bool:
    """Return whether it is a score: falling or equal numbers always are, rising ones (like ranges) only in contests."""
    first, second = (float(match[name].replace(",", "")) for name in ("first", "second"))
    if first >= second:
        return True
    if _COUNTED.match(after(match)):
        return False
    return _CONTEST.search(before(match)) is not None or _CONTEST.match(after(match).lstrip()) is not None


def _score(match: re.Match[str]) -> str:
    said = [_points(match, name) for name in ("first", "second")]
    is_vote = _VOTE.search(before(match) + after(match)) is not None
    is_match = not is_vote and all(len(match[name]) == 1 for name in ("first", "second"))
    return (" " if is_match else " to ").join(said)


def _points(match: re.Match[str], name: str) -> str:
    if match[name] == "0":
        return "nil" if _GOALS.search(before(match) + after(match)) else "zero"
    return amount(match[name])


def _stroke(match: re.Match[str]) -> str:
    first, second = int(match["first"]), int(match["second"])
    if second in _FRACTION_PARTS and first < second:
        said = fraction(first, second, after_whole=bool(match["whole"]))
        return f"{match['whole']}and {said}" if match["whole"] else said
    whole = match["whole"] or ""
    if second == _BEST_OF_TEN and first <= second:
        return f"{whole}{cardinal(first)} out of ten"
    return f"{whole}{cardinal(first)} {cardinal(second)}"


RULES = (
    rule(r"(?<![\w/.,-])(?P<whole>\d+ )?(?P<first>\d{1,3})/(?P<second>\d{1,3})(?![\w/]|[.,]\d)(?:ths?\b)?", _stroke),
    rule(r"(?<![\w.,$£€–-])1-in-(?P<n>\d+)", lambda match: f"one-in-{cardinal(int(match['n']))}"),
    rule(
        r"(?<!\w)(?P<a>\d{1,2})-(?P<b>\d{1,2})-(?P<c>\d{1,2})(?![\w-])",
        lambda match: " ".join(cardinal(int(part)) for part in match.groups()),
    ),
    rule(rf"(?<![\w.,/–-])(?P<first>{NUMBER})\s?[–-]\s?(?P<second>{NUMBER})(?![\w–]|[.,]\d|-\d)", _pair),
    rule(rf"(?<![\w.,])(?P<number>{NUMBER})[x×](?!\w)", lambda match: f"{amount(match['number'])} times"),
    rule(
        r"(?<![\w.,])(?P<octets>\d+(?:\.\d+){2,})(?!\w)",
        lambda match: " point ".join(
            digits(part) if part.startswith("0") and len(part) > 1 else amount(part)
            for part in match["octets"].split(".")
        ),
    ),
)
