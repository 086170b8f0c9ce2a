"""Web addresses, e-mail addresses, handles and hashtags."""

import re

from brief_audio.domain.text.english.numbers_in_words import amount, letters
from brief_audio.domain.text.english.rule import rule

_ENDINGS = (
    "com|org|net|gov|edu|mil|int|info|biz|news|media|radio|audio|example|test|online|site|app|dev|ai|io|tv|fm|eu|uk|de"
    "|fr|ie|nl|ch|jp|cn|ca|au|nz|za|ng|ke|br|es|se|dk|fi|pl|pt|ru|ua|scot|wales|london"
)
_HOST = rf"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_ENDINGS})"
_LONGEST_PATH = 32  # characters; of a longer address only the site is read out
_SPELT = frozenset(
    ["uk", "eu", "tv", "fm", "io", "ai", "de", "nl", "ch", "jp", "cn", "ca", "au", "nz", "za", "br", "www"]
)
_VOWELS = re.compile("[aeiouy]")
_PARTS = re.compile(r"[A-Za-z]+|\d+|[./@_#~+-]")
_SIGNS = {".": "dot", "/": "slash", "@": "at", "_": "underscore", "-": "dash", "#": "hash", "~": "tilde", "+": "plus"}
_CAMEL_BORDER = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Za-z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")


def _address(match: re.Match[str]) -> str:
    path = (match["path"] or "").rstrip("/")
    if len(path) > _LONGEST_PATH or re.search(r"[?=&%]", path):
        path = ""
    return spell_out(match["host"].lower() + path)


def _email(match: re.Match[str]) -> str:
    return spell_out(match[0])


def spell_out(address: str) -> str:
    """Return an address as it is spoken: "news@example.com" as "news at example dot com"."""
    return " ".join(_part(part) for part in _PARTS.findall(address))


def _part(part: str) -> str:
    if part in _SIGNS:
        return _SIGNS[part]
    if part.isdigit():
        return amount(part)
    is_spelt = part.lower() in _SPELT or (len(part) > 1 and not _VOWELS.search(part.lower()))
    return letters(part.upper()) if is_spelt else part.lower()


def _hashtag(match: re.Match[str]) -> str:
    return "hashtag " + " ".join(_CAMEL_BORDER.sub(" ", match["tag"]).split())


def _handle(match: re.Match[str]) -> str:
    return "at " + " ".join(_CAMEL_BORDER.sub(" ", match["name"]).split())


RULES = (
    rule(rf"(?<![\w.])[A-Za-z0-9._+-]{{1,64}}@{_HOST}\b", _email, any_case=True),
    rule(
        r"\bhttps?://(?:www\.)?(?P<host>[\w.-]+\w)(?::\d+)?(?P<path>[/?#][^\s\"'<>()]*[\w/])?",
        _address,
        any_case=True,
    ),
    rule(rf"(?<![\w.@-])(?:www\.)?(?P<host>{_HOST})\b(?!\.\w)(?P<path>/(?:[^\s\"'<>()]*[\w/])?)?", _address),
    rule(r"(?<![\w.@-])www\.(?P<host>(?:[\w-]+\.)+[a-z]{2,})\b(?P<path>/(?:[^\s\"'<>()]*[\w/])?)?", _address),
    rule(r"(?<![\w&/])#(?P<tag>[A-Za-z_]\w*)", _hashtag),
    rule(r"(?<![\w.])@(?P<name>[A-Za-z_]\w*)", _handle),
)
