"""Reduces Markdown to the plain text that a reader would see: nothing of the author's words is taken away.

Emphasis, code, links and images keep their words, list entries and quoted lines become paragraphs of their own,
rules and comments go. What is not recognised stays as it is. After CommonMark 0.31, in so far as news use it.
"""

import re

_BULLET = re.compile(r"^[ \t]*[-*+][ \t]+(?=\S)", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*(?=\d{1,3}[.)][ \t]+\S)", re.MULTILINE)
_LINE_RULES = (
    (re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL), ""),
    (re.compile(r"^ {0,3}(?:`{3,}|~{3,}).*$", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}\[[^\[\]]+\]:[ \t]*\S+[ \t]*(?:\"[^\"\n]*\")?[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}#{3,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$", re.MULTILINE), r"\n\1\n"),
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
_NESTED = 3  # `***both***` takes two turns, a link in it one more
_FIRST_STAND_IN = 0xF0000  # private use: escaped marks are set aside there while the others are read


def plain_text(markdown: str) -> str:
    """Return the words of `markdown`, paragraphs still parted by empty lines."""
    text = _ESCAPED.sub(lambda found: chr(_FIRST_STAND_IN + ord(found[1])), markdown)
    for pattern, replacement in _LINE_RULES:
        text = pattern.sub(replacement, text)
    paragraphs = (_inline(paragraph) for paragraph in re.split(r"\n[ \t]*\n\s*", text.strip()))
    plain = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    stand_ins = f"[{chr(_FIRST_STAND_IN)}-{chr(_FIRST_STAND_IN + 0x7F)}]"
    return re.sub(stand_ins, lambda found: chr(ord(found[0]) - _FIRST_STAND_IN), plain)


def _inline(paragraph: str) -> str:
    text = _AUTOLINK.sub(r"\1", paragraph)
    text = _TAG.sub("", text)
    for _ in range(_NESTED):
        text = _LINK.sub(r"\1", text)
        for pattern in _EMPHASIS:
            text = pattern.sub(r"\1", text)
    return text.strip()
