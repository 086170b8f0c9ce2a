"""Form parsing: every field is declared and checked, problems appear beside it, and nothing typed is lost."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date

from flask import abort, request

from admin.shared import csrf
from brief_audio.http.statuses import INVALID

CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
LONGEST_NUMBER = 9  # digits, so that every value fits PostgreSQL's integer type


class Form:
    """A submitted form; `fields` and `files` name everything that it may contain.

    Each reading method adds what is wrong to `problems`.
    """

    def __init__(self, *fields: str, files: Collection[str] = ()) -> None:
        self.problems: dict[str, str] = {}
        self.values: dict[str, str] = {name: request.form.get(name, "") for name in fields}
        unknown = sorted(set(request.form) - set(fields) - {csrf.FIELD})
        twice = sorted(name for name in fields if len(request.form.getlist(name)) > 1)
        twice += sorted(name for name in files if len(request.files.getlist(name)) > 1)
        unknown += sorted(set(request.files) - set(files))
        if unknown:
            named = ", ".join(unknown[:3])
            self.problems[""] = f"This form has no field {_shown(named)}. Reload the page and fill it in again."
        elif twice:
            self.problems[""] = f"The field {twice[0]} was sent twice. Reload the page and fill it in again."

    @property
    def is_right(self) -> bool:
        """Return whether no problem has been found so far."""
        return not self.problems

    def refuse(self, name: str, problem: str) -> None:
        """Record a problem with a field; only the first one per field is kept."""
        self.problems.setdefault(name, problem)

    def refuse_if_wrong(self) -> None:
        """Abort with 422 if there is any problem; for one-button forms, which have no typed text to keep."""
        if self.problems:
            abort(INVALID, next(iter(self.problems.values())))

    def text(self, name: str, label: str, *, longest: int, required: bool = True, lines: bool = False) -> str:
        """Return the text in Unicode NFC, stripped of surrounding whitespace."""
        given = unicodedata.normalize("NFC", self.values[name].replace("\r\n", "\n").replace("\r", "\n")).strip()
        if CONTROL.search(given) or any("\ud800" <= letter <= "\udfff" for letter in given):
            self.refuse(name, f"{label} contains a character that can't be displayed. Type it again.")
        elif not lines and "\n" in given:
            self.refuse(name, f"{label} must be one line.")
        elif required and not given:
            self.refuse(name, f"{label} is missing.")
        elif len(given) > longest:
            self.refuse(name, f"{label} can have at most {longest:,} characters, but has {len(given):,}.")
        return given

    def secret(self, name: str, label: str, *, longest: int) -> str:
        """Return a password exactly as typed; pages never show it again."""
        given, self.values[name] = self.values[name], ""
        if not given:
            self.refuse(name, f"{label} is missing.")
        elif len(given) > longest:
            self.refuse(name, f"{label} can have at most {longest} characters.")
        return given

    def whole(self, name: str, label: str, *, least: int, most: int, unit: str = "") -> int:
        """Return a whole number typed in ASCII digits, or `least` if it isn't valid."""
        given = self.values[name].strip()
        is_number = given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER
        if is_number and least <= int(given) <= most:
            return int(given)
        self.refuse(name, f"{label} must be a whole number from {least} to {most}{unit}, in digits 0 to 9.")
        return least

    def choice(self, name: str, label: str, allowed: Iterable[str]) -> str:
        """Return one of the `allowed` words, or the first one if the value isn't valid."""
        words = list(allowed)
        if self.values[name] in words:
            return self.values[name]
        self.refuse(name, f"{label} must be one of the options on the page.")
        return words[0] if words else ""

    def flag(self, name: str) -> bool:
        """Return whether a checkbox is ticked."""
        if self.values[name] not in {"", "1", "on"}:
            self.refuse(name, "Tick the box or leave it empty.")
        return self.values[name] in {"1", "on"}

    def day(self, name: str, label: str, *, required: bool = True) -> date | None:
        """Return a date in the format that browsers send."""
        given = self.values[name].strip()
        if not given and not required:
            return None
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given):
            try:
                return date.fromisoformat(given)
            except ValueError:
                pass
        self.refuse(name, f"{label} must be a date such as 2026-03-20.")
        return None


def refuse_fields() -> None:
    """Refuse a form that sends any field where none is expected: its sender expects something we don't do."""
    Form().refuse_if_wrong()


def _shown(text: str, longest: int = 60) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    return repr(printable if len(printable) <= longest else printable[: longest - 1] + "…")
