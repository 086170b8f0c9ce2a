"""Which stored objects rows still name, and the token that marks a store as this database's."""

import secrets
from collections.abc import Sequence

from sqlalchemy import select, union
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.orm import Session

from brief_audio.db.models import InstallationToken, ItemNarration, Preview, Rendition, Show
from brief_audio.domain.object_names import narration_name

NAMED_BY = (
    Rendition.audio_object,
    Rendition.captions_object,
    Rendition.chapters_object,
    Rendition.manifest_object,
    Show.cover_object,
)


def named_among(session: Session, names: Sequence[str]) -> set[str]:
    """Return those of `names` that a rendition, a show, an item's narration or a preview refers to."""
    whole = union(*(select(column).where(column.in_(names)) for column in NAMED_BY))
    keys = [name.rpartition("/")[2].removesuffix(".flac") for name in names if name.endswith(".flac")]
    narrated = union(
        *(select(row.narration_key).where(row.narration_key.in_(keys)) for row in (ItemNarration, Preview))
    )
    found = {str(name) for name in session.execute(whole).scalars()}
    return found | {narration_name(str(key)) for key in session.execute(narrated).scalars()}


def installation_token(session: Session) -> str:
    """Return this database's token, 32 hexadecimal digits; the first call creates it."""
    statement = insert_or_skip(InstallationToken).values(token=secrets.token_hex(16))
    session.execute(statement.on_conflict_do_nothing(index_elements=["is_the_one"]))
    return session.execute(select(InstallationToken.token)).scalar_one()
