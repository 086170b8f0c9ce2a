"""Reduce Markdown to the plain text a reader would see, without losing any of the author's words.

Emphasis, code, links and images keep their words; list entries and quoted lines become separate paragraphs; rules and
comments are removed; entities (`&amp;`) become characters. Anything else stays as it is. This follows CommonMark 0.31,
as far as news needs it.
"""

import html
import re
from collections.abc import Callable

_BULLET = re.compile(r"^[ \t]*[-*+][ \t]+(?=\S)", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*(?=\d{1,3}[.)][ \t]+\S)", re.MULTILINE)
_LINE_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL), ""),
    (re.compile(r"^ {0,3}(?:`{3,}|~{3,}).*$", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}\[[^\[\]\n]+\]:[ \t]*\S+(?:[ \t]+\"[^\"\n]*\")?[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}#{3,6}[ \t]+(.*)$", re.MULTILINE), lambda found: f"\n{heading_text(found[1])}\n"),
    (re.compile(r"^ {0,3}>[ \t]?", re.MULTILINE), ""),
    (_BULLET, "\n"),
    (_NUMBERED, "\n"),
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\(<?[^()\s]*(?:\([^()\s]*\)[^()\s]*)*>?(?:\s+\"[^\"]*\")?\)|\[[^\[\]]*\])")
_AUTOLINK = re.compile(r"<(https?://[^<>\s]+|[^<>\s@]+@[^<>\s@]+)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_EMPHASIS = (
    re.compile(r"\*(?=[^\s*])([^*]+)(?<=[^\s*])\*"),
    re.compile(r"(?<![^\W_])_(?=[^\s_])([^_]+)(?<=[^\s_])_(?![^\W_])"),
    re.compile(r"~~(?=\S)([^~]+)(?<=\S)~~"),
    re.compile(r"`([^`]+)`"),
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[Xx][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")  # CommonMark 0.31, section 2.5
_NESTED = 3  # `***both***` takes two passes, a link in it one more
_FIRST_STAND_IN = 0xF0000  # private use: stands for escaped characters while the rest is parsed


def plain_text(markdown: str) -> str:
    """Return the words of `markdown`, with paragraphs still separated by empty lines."""
    text = _ESCAPED.sub(lambda found: chr(_FIRST_STAND_IN + ord(found[1])), markdown)
    for pattern, replacement in _LINE_RULES:
        text = pattern.sub(replacement, text)
    paragraphs = (_inline(paragraph) for paragraph in re.split(r"\n[ \t]*\n\s*", text.strip()))
    plain = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    stand_ins = f"[{chr(_FIRST_STAND_IN)}-{chr(_FIRST_STAND_IN + 0x7F)}]"
    return re.sub(stand_ins, lambda found: chr(ord(found[0]) - _FIRST_STAND_IN), plain)


def heading_text(rest: str) -> str:
    """Return the text of a heading without closing marks and spaces, given everything after its opening marks."""
    text = rest.strip(" \t")
    open_text = text.rstrip("#")
    return text if open_text and open_text[-1] not in " \t" else open_text.rstrip(" \t")


def _inline(paragraph: str) -> str:
    text = _AUTOLINK.sub(r"\1", paragraph)
    text = _TAG.sub("", text)
    for _ in range(_NESTED):
        text = _LINK.sub(r"\1", text)
        for pattern in _EMPHASIS:
            text = pattern.sub(r"\1", text)
    # Last, so that an entity is never read as markup; once only, so that "&amp;lt;" shows "&lt;".
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text).strip()
