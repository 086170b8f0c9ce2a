"""Roman numerals after names."""

import re

from brief_audio.domain.text.english.numbers_in_words import cardinal, ordinal
from brief_audio.domain.text.english.rule import rule

_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
_NUMERAL = r"(?=[IVXL]+\b)(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_MONARCHS = (
    "Abdullah|Albert|Alexander|Benedict|Boniface|Carl|Catherine|Charles|Christian|Clement|Edward|Elizabeth|Felipe"
    "|Francis|Frederick|Frederik|George|Gregory|Gustaf|Gustav|Haakon|Harald|Hassan|Henry|Innocent|Ivan|James|John"
    "|Carlos|Leo|Leopold|Louis|Margrethe|Mary|Mohammed|Napoleon|Nicholas|Olav|Paul|Peter|Philip|Philippe|Pius|Rama"
    "|Ramses|Richard|Robert|Urban|Wilhelm|Willem|William"
)
_RULERS = r"(?:King|Queen|Pope|Emperor|Empress|Tsar|Prince|Sultan|Patriarch)"
_COUNTED = (
    "Wars?|Part|Chapter|Phase|Act|Type|Title|Article|Volume|Stage|Class|Level|Mark|Grade|Category|Tier|Annex|Section"
    "|Book|Schedule|Division|Bowl|Group|Track|Apollo|Rocky|Games|Olympiad|Appendix|Table|Figure|Scene"
)


def _value(numeral: str) -> int:
    values = [_VALUES[letter] for letter in numeral]
    return sum(-low if low < high else low for low, high in zip(values, [*values[1:], 0], strict=True))


def _nth(match: re.Match[str]) -> str:
    return f"{match['name']} the {ordinal(_value(match['numeral']))}"


def _number(match: re.Match[str]) -> str:
    return f"{match['name']} {cardinal(_value(match['numeral']))}"


RULES = (
    rule(rf"\b(?P<name>{_RULERS}(?: [A-Z][a-zé]+)+) (?P<numeral>{_NUMERAL})\b", _nth),
    rule(rf"\b(?P<name>{_MONARCHS}) (?P<numeral>(?!I\b){_NUMERAL})\b", _nth),
    rule(rf"\b(?P<name>{_COUNTED}) (?P<numeral>(?!I ){_NUMERAL})\b", _number),
    rule(r"\b(?P<name>[A-Z][a-z]+ [A-Z][a-z]+) (?P<numeral>II|III|IV)\b", _nth),
    rule(rf"\b(?P<name>[A-Z][a-z]+) (?P<numeral>(?![IVXL]\b|XL\b){_NUMERAL})\b", _number),
)
