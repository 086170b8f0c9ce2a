"""Show how an item would be spoken: the author's text, with every word marked that is spoken differently."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from brief_audio.db import shows
from brief_audio.db.making import takes
from brief_audio.domain.errors import NotFoundError, UnspeakableTextError
from brief_audio.domain.script import Pronunciation, ScriptSection, Utterance, by_place
from brief_audio.domain.text.clean_text import clean_text
from brief_audio.domain.text.lexicon_masking import LexiconMatcher
from brief_audio.domain.text.script_writer import write_script
from brief_audio.domain.text.word_changes import WordChange, word_changes
from brief_audio.services.briefs import lookup

MOST_SHOWN = 3_000  # characters: takes about 50 ms, and is more than a reader checks


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of the author's text; `spoken` is set if it is spoken differently."""

    written: str
    spoken: str | None = None


@dataclass(frozen=True, slots=True)
class ChangedWords:
    """Words that are spoken differently, and how often they occur."""

    written: str
    spoken: str
    rules: tuple[str, ...]
    times: int


@dataclass(frozen=True, slots=True)
class ItemText:
    """An item's text with its language and lexicon."""

    brief_slug: str
    brief_title: str
    show_title: str
    position: int
    headline: str
    body: str
    language: str
    lexicon: tuple[Pronunciation, ...]


@dataclass(frozen=True, slots=True)
class SpokenText:
    """The spoken text; `refused` says why nothing would be spoken, `is_cut` that only the beginning is shown."""

    headline: tuple[Words, ...] = ()
    body: tuple[Words, ...] = ()
    otherwise: tuple[ChangedWords, ...] = ()
    utterances: tuple[str, ...] = ()
    refused: str = ""
    is_cut: bool = False


def item_text(session: Session, slug: str, position: int) -> ItemText:
    """Return an item with everything that affects its script; raise `NotFoundError`."""
    brief = lookup.brief_by_slug(session, slug)
    item = takes.item_at(session, brief.id, position)
    if item is None:
        raise NotFoundError(f"{slug} has no item {position}")
    lexicon = shows.lexicon(session, brief.show_id)
    show = brief.show
    return ItemText(brief.slug, brief.title, show.title, position, item.headline, item.body, show.language, lexicon)


def spoken(item: ItemText) -> SpokenText:
    """Return the spoken text of an item; only the beginning of a long one, to stay fast."""
    headline, whole = clean_text(item.headline, "headline"), clean_text(item.body, "body")
    body, lexicon = _beginning(whole), LexiconMatcher(item.lexicon)
    try:
        script = write_script(headline, body, language=item.language, rules=lexicon)
    except UnspeakableTextError as error:
        return SpokenText((Words(headline),), (Words(whole[:MOST_SHOWN]),), refused=str(error))
    found = [
        (same[0], word_changes(same[0].written, language=item.language, rules=lexicon))
        for same in by_place(script.utterances)
    ]
    return SpokenText(
        headline=_marked(headline, ScriptSection.HEADLINE, found),
        body=_marked(body, ScriptSection.BODY, found),
        otherwise=_otherwise([change for _, of_one in found for change in of_one]),
        utterances=tuple(one.spoken for one in script.utterances),
        is_cut=len(body) < len(whole),
    )


def _beginning(body: str) -> str:
    """Return the beginning of a long text, cut at the end of a line or word."""
    if len(body) <= MOST_SHOWN:
        return body
    cut = body[:MOST_SHOWN]
    return (cut.rpartition("\n")[0] or cut.rpartition(" ")[0] or cut).rstrip()


def _marked(
    text: str, part: ScriptSection, found: Sequence[tuple[Utterance, Sequence[WordChange]]]
) -> tuple[Words, ...]:
    words: list[Words] = []
    done = 0
    for one, of_one in found:
        for change in of_one if one.part is part else ():
            start, end = one.start + change.start, one.start + change.end
            words += (Words(text[done:start]), Words(text[start:end], change.spoken))
            done = end
    return tuple(one for one in (*words, Words(text[done:])) if one.written)


def _otherwise(found: Sequence[WordChange]) -> tuple[ChangedWords, ...]:
    times: dict[tuple[str, str, tuple[str, ...]], int] = {}
    for change in found:
        pair = (change.written, change.spoken, change.rules)
        times[pair] = times.get(pair, 0) + 1
    return tuple(ChangedWords(*pair, count) for pair, count in times.items())
