"""Expand abbreviations."""

import re

from brief_audio.domain.text.english.neighbours import before
from brief_audio.domain.text.english.rule import Rule, rule

# Expanded before a name, with or without a full stop.
_TITLES = {
    "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Mx": "Mix", "Prof": "Professor", "Rev": "Reverend",
    "Gen": "General", "Lt": "Lieutenant", "Col": "Colonel", "Maj": "Major", "Capt": "Captain", "Sgt": "Sergeant",
    "Cpl": "Corporal", "Adm": "Admiral", "Cmdr": "Commander", "Gov": "Governor", "Sen": "Senator",
    "Sens": "Senators", "Rep": "Representative", "Reps": "Representatives", "Pres": "President", "Cllr": "Councillor",
    "Supt": "Superintendent", "Insp": "Inspector", "Det": "Detective", "Amb": "Ambassador", "Hon": "Honourable",
    "Mt": "Mount", "Ft": "Fort", "Msgr": "Monsignor", "Dr": "Doctor", "Drs": "Doctors", "Messrs": "Messers",
}  # fmt: skip
_MAY_LACK_STOP = {"Mr", "Mrs", "Ms", "Mx", "Dr", "Prof", "Rev", "Lt", "Col", "Maj", "Capt", "Sgt", "Gen", "Cllr", "Mt",
                  "Supt", "Insp", "Det"}  # fmt: skip
# Expanded after a name; the full stop may also end the sentence.
_AFTER_NAMES = {
    "Inc": "Incorporated", "Ltd": "Limited", "Corp": "Corporation", "Co": "Company", "Cos": "Companies",
    "Bros": "Brothers", "Jr": "Junior", "Sr": "Senior", "Ave": "Avenue", "Rd": "Road", "Blvd": "Boulevard",
    "Dr": "Drive", "Sq": "Square", "Hwy": "Highway", "Pkwy": "Parkway", "Assn": "Association",
    "Univ": "University", "Dept": "Department", "Intl": "International",
}  # fmt: skip
_NEEDS_STOP = {"Co", "Cos", "Sq", "Dr", "Rd"}
# Expanded anywhere; each is written with a full stop.
_ANYWHERE = {
    "e.g": "for example", "i.e": "that is", "etc": "et cetera", "approx": "approximately", "dept": "department",
    "govt": "government", "est": "estimated", "incl": "including", "excl": "excluding", "cf": "compare",
    "et al": "and others", "viz": "namely", "a.k.a": "also known as", "Dept": "Department", "Govt": "Government",
    "pp": "pages", "p": "page", "ca": "about", "max": "maximum", "min": "minimum", "misc": "miscellaneous",
    "ed": "editor", "vol": "volume", "Vol": "Volume", "ch": "chapter", "Ch": "Chapter", "fig": "figure",
    "Fig": "Figure", "figs": "figures", "sec": "section", "Sec": "Secretary", "Assoc": "Associate",
    "Asst": "Assistant", "Dep": "Deputy", "Atty": "Attorney", "nr": "near", "yr": "year", "yrs": "years",
}  # fmt: skip
_MEANS_PAGE = {"p", "ca", "ch", "Ch", "vol", "Vol", "fig", "Fig", "figs", "sec"}  # only before a number
_SAINT_AFTER = re.compile(r"\b(?:Mount|Port|Fort|Bay|East|West|North|South|Lake|Sault)\s$")
_STREET_NAME = re.compile(r"\b(?:[A-Z][\w'-]+|\d+(?:st|nd|rd|th))\s$")
_AT_START = re.compile(r"(?:^|[.!?:\"]\s?)[A-Z][\w'-]*\s$|\b(?:At|In|On|From|Near|The|By|To|Of|And|For)\s$")


def _full(word: str) -> str:
    return word.replace(" ", r"\s").replace(".", r"\.\s?")


def _title(short: str, full: str) -> Rule:
    stop = r"\.?" if short in _MAY_LACK_STOP else r"\."
    return rule(rf"\b{short}\b{stop}(?=\s(?:[A-Z\"]|[a-z]{{2,3}}\s[A-Z]))", full)


def _after_name(short: str, full: str) -> Rule:
    # Keep the stop if the sentence ends with it.
    stop = r"\." if short in _NEEDS_STOP else r"\b\.?"
    return rule(rf"(?<=[\w&,)]\s){short}{stop}(?P<end>(?<=\.)$)?", lambda match: full + _stop(match))


def _anywhere(short: str, full: str) -> Rule:
    number = r"(?=\s?\d)" if short in _MEANS_PAGE else ""
    dot = r"\.?" if "." in short else r"\."
    return rule(rf"\b{_full(short)}{dot}{number}(?P<end>(?<=\.)$)?", lambda match: full + _stop(match))


def _stop(match: re.Match[str]) -> str:
    return "" if match["end"] is None else "."


def _saint_or_street(match: re.Match[str]) -> str:
    name = before(match)
    is_street = _STREET_NAME.search(name) and not _SAINT_AFTER.search(name) and not _AT_START.search(name)
    if is_street or not match["capital"]:
        return "Street" + ("." if match["stop"] and match.end() == len(match.string) else "")
    return "Saint"


RULES = (
    rule(r"\b[Nn]o\.\s?(?=\d)", "number "),
    rule(r"\b[Nn]os\.?\s?(?=\d)", "numbers "),
    rule(r"#\s?(?=\d)", "number "),
    rule(r"\bSt\b(?P<stop>\.?)(?=(?P<capital>\s[A-Z])?)", _saint_or_street),
    *(_title(short, full) for short, full in _TITLES.items()),
    *(_after_name(short, full) for short, full in _AFTER_NAMES.items()),
    *(_anywhere(short, full) for short, full in _ANYWHERE.items()),
    rule(r"\b(?:vs?\.(?=\s)|vs\b)", "versus"),
    rule(r"(?<=[a-z] )v(?= [A-Z])", "versus"),
    rule(r"\b[Ww]/o\s", "without "),
    rule(r"\b[Ww]/\s?(?=[A-Za-z])", "with "),
    rule(r"\bc\.\s?(?=\d)", "about "),
    rule(
        r"\((?P<party>[DR])-(?P<state>[A-Z][A-Za-z.]+)\)",
        lambda match: f"({'Democrat' if match['party'] == 'D' else 'Republican'}, {match['state']})",
    ),
)
