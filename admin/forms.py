"""Reading forms: every field is named and checked, what is wrong is said beside it, and nothing typed is lost."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date

from flask import abort, request

from admin import csrf
from brief_audio.statuses import INVALID

CONTROL = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
LONGEST_NUMBER = 9  # digits: whole numbers of a form stay within PostgreSQL's integer


class Form:
    """One form as it was sent; `fields` and `files` name all that it may have.

    Each reader notes what is wrong in `problems`.
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
            self.problems[""] = f"This form has no field {_shown(named)}. Load the page and fill it in again."
        elif twice:
            self.problems[""] = f"The field {twice[0]} was sent twice. Load the page and fill it in again."

    @property
    def is_right(self) -> bool:
        """Return whether nothing is wrong so far."""
        return not self.problems

    def refuse(self, name: str, problem: str) -> None:
        """Note what is wrong with a field; the first that is said of it stays."""
        self.problems.setdefault(name, problem)

    def refuse_if_wrong(self) -> None:
        """Refuse the request where anything is wrong: for forms of one button, where nothing typed is to be kept."""
        if self.problems:
            abort(INVALID, next(iter(self.problems.values())))

    def text(self, name: str, label: str, *, longest: int, required: bool = True, lines: bool = False) -> str:
        """Return a text in Unicode's composed form, without blanks around it."""
        given = unicodedata.normalize("NFC", self.values[name].replace("\r\n", "\n").replace("\r", "\n")).strip()
        if CONTROL.search(given) or any("\ud800" <= letter <= "\udfff" for letter in given):
            self.refuse(name, f"{label} has a character that cannot be printed. Write it anew.")
        elif not lines and "\n" in given:
            self.refuse(name, f"{label} must be one line.")
        elif required and not given:
            self.refuse(name, f"{label} is missing.")
        elif len(given) > longest:
            self.refuse(name, f"{label} may have {longest:,} characters; this one has {len(given):,}.")
        return given

    def secret(self, name: str, label: str, *, longest: int) -> str:
        """Return a password as it was typed; it is never shown again."""
        given, self.values[name] = self.values[name], ""
        if not given:
            self.refuse(name, f"{label} is missing.")
        elif len(given) > longest:
            self.refuse(name, f"{label} may have {longest} characters.")
        return given

    def whole(self, name: str, label: str, *, least: int, most: int, unit: str = "") -> int:
        """Return a whole number in plain digits; `least` where it is none."""
        given = self.values[name].strip()
        is_number = given.isascii() and given.isdigit() and len(given) <= LONGEST_NUMBER
        if is_number and least <= int(given) <= most:
            return int(given)
        self.refuse(name, f"{label} must be a whole number from {least} to {most}{unit}, in digits 0 to 9.")
        return least

    def choice(self, name: str, label: str, allowed: Iterable[str]) -> str:
        """Return one of the words that the page offers; the first where it is none."""
        words = list(allowed)
        if self.values[name] in words:
            return self.values[name]
        self.refuse(name, f"{label} must be one of those that the page offers.")
        return words[0] if words else ""

    def flag(self, name: str) -> bool:
        """Return whether a box is ticked."""
        if self.values[name] not in {"", "1", "on"}:
            self.refuse(name, "Tick the box or leave it.")
        return self.values[name] in {"1", "on"}

    def day(self, name: str, label: str, *, required: bool = True) -> date | None:
        """Return a date as browsers send it."""
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
    """Refuse a form that has any field where none is asked for: whoever sent it means something that is not done."""
    Form().refuse_if_wrong()


def _shown(text: str, longest: int = 60) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    return repr(printable if len(printable) <= longest else printable[: longest - 1] + "…")
