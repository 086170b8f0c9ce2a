"""The rows of a show's lexicon. Functions take a session first and never commit."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from brief_audio.db.models import Brief, LexiconRule, Show


def of_show(session: Session, show_id: int) -> list[LexiconRule]:
    """Return every rule of a show, in the order in which generation applies them."""
    rows = select(LexiconRule).where(LexiconRule.show_id == show_id).order_by(LexiconRule.id)
    return list(session.execute(rows).scalars())


def page(session: Session, show_id: int, *, after: str, limit: int) -> list[LexiconRule]:
    """Return the rules whose words come after `after`, in alphabetical order."""
    rows = select(LexiconRule).where(LexiconRule.show_id == show_id, LexiconRule.written > after)
    return list(session.execute(rows.order_by(LexiconRule.written).limit(limit)).scalars())


def count(session: Session, show_id: int) -> int:
    """Return how many rules a show has."""
    return session.execute(select(func.count()).where(LexiconRule.show_id == show_id)).scalar_one()


def find(session: Session, rule_id: int, *, for_update: bool = False) -> tuple[LexiconRule, Show] | None:
    """Return a rule with its show; `for_update` locks the rule until the transaction ends."""
    query = select(LexiconRule, Show).join(Show, Show.id == LexiconRule.show_id).where(LexiconRule.id == rule_id)
    if for_update:
        query = query.with_for_update(of=LexiconRule).execution_options(populate_existing=True)
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def newest_brief(session: Session, show_id: int) -> Brief | None:
    """Return a show's newest daily brief with its items."""
    newest = select(Brief).where(Brief.show_id == show_id, Brief.local_date.is_not(None))
    query = newest.order_by(Brief.local_date.desc()).limit(1).options(joinedload(Brief.show))
    return session.execute(query).scalar_one_or_none()
