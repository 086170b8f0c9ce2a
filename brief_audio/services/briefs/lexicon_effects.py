"""Show what a lexicon rule would change in the newest brief, using the code that writes the scripts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from brief_audio.db import shows
from brief_audio.db.briefs import briefs
from brief_audio.db.briefs import lexicon as brief_lexicon
from brief_audio.db.connection.engine import Database
from brief_audio.domain.errors import InvalidInputError, NotFoundError, OvergrownTextError, UnspeakableTextError
from brief_audio.domain.lexicon_rules import checked_rule
from brief_audio.domain.script import Pronunciation, Utterance, by_place
from brief_audio.domain.slugs import is_slug
from brief_audio.domain.text.clean_text import clean_text
from brief_audio.domain.text.growth import refuse_growth
from brief_audio.domain.text.lexicon_masking import LexiconMatcher
from brief_audio.domain.text.script_writer import write_script
from brief_audio.domain.text.spans import Span
from brief_audio.services.briefs.lexicon import rule_of

SpokenSide = tuple[str, str]  # headline and body of an item

# Characters checked: writing the scripts for this many takes about a second, and a user is waiting.
MOST_LOOKED_AT = 30_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the author's text; `is_marked` if the rule applies to it."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """One utterance that would sound different: as written, and as it would be spoken."""

    written: tuple[Piece, ...]
    spoken: str


@dataclass(frozen=True, slots=True)
class TouchedItem:
    """An item that would be re-recorded."""

    position: int
    headline: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """The changes in a show's newest brief; `slug` is None if it has none.

    `is_part` if the brief is so long that only its beginning was checked; there may be more changes.
    """

    slug: str | None
    local_date: date | None
    items: tuple[TouchedItem, ...]
    is_part: bool = False


def effects(db: Database, show_slug: str, *, instead_of: int | None, rule: Pronunciation | None) -> Effects:
    """Return the items of a show's newest brief that a change of the lexicon would re-record.

    `rule` is the new rule, or None to delete one; `instead_of` is the id of the rule that it replaces, or None to add
    it. The scripts are written while no transaction is open, because a long brief takes a while.
    Raise `InvalidInputError` if the rule would make an item too long to be spoken.
    """
    with db.transaction() as session:
        show = shows.find_show(session, show_slug) if is_slug(show_slug) else None
        if show is None:
            raise NotFoundError(f"there is no show {show_slug!r}", code="no_such_show", facts={"show": show_slug})
        rows = [(row.id, rule_of(row)) for row in brief_lexicon.of_show(session, show.id)]
        newest = brief_lexicon.newest_brief(session, show.id)
        texts = [(item.headline, item.body) for item in briefs.items(session, newest.id)] if newest else []
        language = show.language
    if newest is None:
        return Effects(None, None, ())
    wanted = [checked_rule(rule)] if rule is not None else []
    before = LexiconMatcher([kept for _, kept in rows])
    after = LexiconMatcher([kept for number, kept in rows if number != instead_of] + wanted)
    concerned = [LexiconMatcher([kept]) for kept in [kept for number, kept in rows if number == instead_of] + wanted]
    wide = [
        (position, text) for position, text in enumerate(texts, 1) if any(_is_concerned(one, concerned) for one in text)
    ]
    if wanted:
        _refuse_growth(wide, before, after)
    looked_at = list(_beginnings(wide))
    touched = (_touched(position, text, language, before, after) for position, text in looked_at)
    items = tuple(item for item in touched if item is not None)
    return Effects(newest.slug, newest.local_date, items, is_part=looked_at != wide)


def _beginnings(items: Sequence[tuple[int, SpokenSide]]) -> Iterator[tuple[int, SpokenSide]]:
    """Yield whole items up to the limit, and the beginning of the item that exceeds it."""
    left = MOST_LOOKED_AT
    for position, (headline, body) in items:
        if left <= 0:
            return
        left -= len(headline)
        yield position, (headline, body[: max(0, left)])
        left -= len(body)


def _is_concerned(text: str, rules: Sequence[LexiconMatcher]) -> bool:
    """Return whether a rule's words occur in the text; scripts are only written for such items."""
    cleaned = clean_text(text, "an item")
    return any(any(rule.applied(cleaned)) for rule in rules)


def _refuse_growth(items: Sequence[tuple[int, SpokenSide]], before: LexiconMatcher, after: LexiconMatcher) -> None:
    """Raise `InvalidInputError` if a rule makes an item too long to be spoken that was not too long before."""
    for position, item in items:
        cleaned = [clean_text(text, "an item") for text in item]
        error = _growth(cleaned, after)
        if error is not None and _growth(cleaned, before) is None:
            raise InvalidInputError(f"in item {position} of the newest brief, {error}")


def _growth(texts: Sequence[str], lexicon: LexiconMatcher) -> OvergrownTextError | None:
    try:
        refuse_growth(texts, lexicon)
    except OvergrownTextError as error:
        return error
    return None


def _touched(
    position: int, item: SpokenSide, language: str, before: LexiconMatcher, after: LexiconMatcher
) -> TouchedItem | None:
    """Return an item if any of it would be spoken differently."""
    was, will_be = (_utterances(item, language, rules) for rules in (before, after))
    if [one.spoken for one in was] == [one.spoken for one in will_be]:
        return None
    known = set(was)
    passages = (_passage(same, before, after) for same in by_place(will_be) if not known.issuperset(same))
    return TouchedItem(position, item[0], tuple(passages))


def _utterances(item: SpokenSide, language: str, lexicon: LexiconMatcher) -> tuple[Utterance, ...]:
    try:
        return write_script(*item, language=language, rules=lexicon).utterances
    except UnspeakableTextError:
        return ()


def _passage(utterances: Sequence[Utterance], before: LexiconMatcher, after: LexiconMatcher) -> Passage:
    """Return the passage of utterances that say the same words of the author."""
    text = " ".join(utterances[0].written.split())
    changed = set(before.applied(text)) ^ set(after.applied(text))
    spoken = " ".join(one.spoken for one in utterances)
    return Passage(tuple(_pieces(text, sorted(span for span, _ in changed))), spoken)


def _pieces(text: str, marked: Sequence[Span]) -> Iterator[Piece]:
    done = 0
    for span in marked:
        start = max(done, span.start)
        if start >= span.end:
            continue
        if start > done:
            yield Piece(text[done:start], is_marked=False)
        yield Piece(text[start : span.end], is_marked=True)
        done = span.end
    if done < len(text):
        yield Piece(text[done:], is_marked=False)
