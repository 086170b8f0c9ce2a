"""Edit a show's lexicon. A change to a rule that has changed since it was shown is refused."""

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from brief_audio.db import events, rows, shows
from brief_audio.db.briefs import lexicon
from brief_audio.db.models import LexiconRule as Row
from brief_audio.db.models import Show
from brief_audio.domain.errors import ChangedMeanwhileError, InvalidInputError, NotFoundError
from brief_audio.domain.lexicon_rules import MOST_RULES, checked_rule, refuse_twin
from brief_audio.domain.script import Pronunciation
from brief_audio.domain.slugs import is_slug
from brief_audio.services.accounts.permissions import Operation, require_role
from brief_audio.services.accounts.sessions import SignedIn

A_PAGE = 100


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in a list; `version` changes with every edit."""

    id: int
    rule: Pronunciation
    version: str


@dataclass(frozen=True, slots=True)
class LexiconPage:
    """A page of a show's rules in the order of their words, the total, and where the next page begins."""

    show: str
    show_title: str
    rules: tuple[RuleLine, ...]
    count: int
    next_after: str | None


@dataclass(frozen=True, slots=True)
class RuleWhole:
    """One rule with its show."""

    line: RuleLine
    show: str
    show_title: str


def page(session: Session, show_slug: str, *, after: str = "") -> LexiconPage:
    """Return a page of a show's rules, starting after the words `after`; raise `NotFoundError` for an unknown show."""
    show = _show(session, show_slug)
    found = lexicon.page(session, show.id, after=after, limit=A_PAGE + 1)
    lines = tuple(_line(row) for row in found[:A_PAGE])
    more = lines[-1].rule.written if len(found) > A_PAGE else None
    return LexiconPage(show.slug, show.title, lines, lexicon.count(session, show.id), more)


def one(session: Session, rule_id: int) -> RuleWhole:
    """Return a rule; raise `NotFoundError`."""
    row, show = _found(session, rule_id)
    return RuleWhole(_line(row), show.slug, show.title)


def add(session: Session, show_slug: str, rule: Pronunciation, *, by: SignedIn) -> RuleLine:
    """Add a rule.

    Raise `InvalidInputError` for an invalid rule, and `ConflictError` if there is a rule for these words already.
    """
    actor = require_role(by, Operation.EDIT_PRONUNCIATIONS)
    wanted, show = checked_rule(rule), _show(session, show_slug)
    shows.lock(session, show.id)
    others = lexicon.of_show(session, show.id)
    if len(others) >= MOST_RULES:
        raise InvalidInputError(
            f"{show.title} already has {MOST_RULES:,} pronunciations, which is the limit: delete some first"
        )
    refuse_twin(wanted, (rule_of(row) for row in others))
    row = Row(show_id=show.id, written=wanted.written, spoken=wanted.spoken, match_case=wanted.match_case)
    rows.add(session, row)
    events.record(session, actor, "lexicon.added", message=_told(show, wanted))
    return _line(row)


def edit(session: Session, rule_id: int, rule: Pronunciation, *, version: str, by: SignedIn) -> RuleWhole:
    """Change a rule. Raise the same errors as `add`, and `ChangedMeanwhileError` if it is no longer at `version`."""
    actor = require_role(by, Operation.EDIT_PRONUNCIATIONS)
    wanted = checked_rule(rule)
    row, show = _locked(session, rule_id)
    if rule_of(row) == wanted:
        return RuleWhole(
            _line(row), show.slug, show.title
        )  # the same form was sent twice, or there is nothing to change
    _refuse_stale(row, version)
    refuse_twin(wanted, (rule_of(other) for other in lexicon.of_show(session, show.id) if other.id != rule_id))
    row.written, row.spoken, row.match_case = wanted.written, wanted.spoken, wanted.match_case
    rows.save(session)
    events.record(session, actor, "lexicon.edited", message=_told(show, wanted))
    return RuleWhole(_line(row), show.slug, show.title)


def remove(session: Session, rule_id: int, *, version: str, by: SignedIn) -> RuleWhole:
    """Delete a rule and return it; raise `ChangedMeanwhileError` if it is no longer at `version`."""
    actor = require_role(by, Operation.EDIT_PRONUNCIATIONS)
    row, show = _locked(session, rule_id)
    _refuse_stale(row, version)
    was = RuleWhole(_line(row), show.slug, show.title)
    rows.delete(session, row)
    events.record(session, actor, "lexicon.removed", message=_told(show, was.line.rule))
    return was


def rule_of(row: Row) -> Pronunciation:
    """Return the rule in a row."""
    return Pronunciation(row.written, row.spoken, row.match_case)


def _show(session: Session, slug: str) -> Show:
    show = shows.find_show(session, slug) if is_slug(slug) else None
    if show is None:
        raise NotFoundError(f"there is no show {slug!r}", code="no_such_show", facts={"show": slug})
    return show


def _found(session: Session, rule_id: int, *, for_update: bool = False) -> tuple[Row, Show]:
    found = lexicon.find(session, rule_id, for_update=for_update)
    if found is None:
        raise NotFoundError(f"there is no pronunciation {rule_id}: it may have been deleted")
    return found


def _locked(session: Session, rule_id: int) -> tuple[Row, Show]:
    """Return a rule, with its row and its show's lexicon locked. The show is always locked first."""
    _, show = _found(session, rule_id)
    shows.lock(session, show.id)
    return _found(session, rule_id, for_update=True)


def _refuse_stale(row: Row, version: str) -> None:
    if version != _version(row):
        raise ChangedMeanwhileError(
            "this pronunciation has changed since you opened it: check the current one, then save again"
        )


def _line(row: Row) -> RuleLine:
    return RuleLine(row.id, rule_of(row), _version(row))


def _version(row: Row) -> str:
    return hashlib.sha256(repr((row.written, row.spoken, row.match_case)).encode()).hexdigest()[:16]


def _told(show: Show, rule: Pronunciation) -> str:
    return f"{show.slug}: {rule.written} is spoken {rule.spoken}"
