"""The token that identifies this database."""

import secrets

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from brief_audio.db.models import Installation


def token(session: Session) -> str:
    """Return this database's token, 32 hexadecimal digits; the first call creates it."""
    statement = insert_or_skip(Installation).values(token=secrets.token_hex(16))
    session.execute(statement.on_conflict_do_nothing(index_elements=["is_the_one"]))
    return session.execute(select(Installation.token)).scalar_one()
