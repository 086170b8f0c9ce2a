"""A rendition names every voice that is heard in it, in the order of first use, instead of the first item's alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Older renditions have them from the items of their jobs, where those are still kept.
HEARD = """
UPDATE rendition SET voices = coalesce(
    (SELECT array_agg(heard.voice ORDER BY heard.first) FROM (
        SELECT voice::text, min(position) AS first FROM item_narration
        WHERE item_narration.job_id = rendition.job_id AND state IN ('spoken', 'reused') GROUP BY voice
    ) AS heard),
    ARRAY[rendition.voice::text])
"""


def upgrade() -> None:
    op.add_column("rendition", sa.Column("voices", postgresql.ARRAY(sa.Text()), nullable=True))
    op.execute(HEARD)
    op.alter_column("rendition", "voices", nullable=False)
    op.create_check_constraint(op.f("ck_rendition_voices_named"), "rendition", "cardinality(voices) >= 1")
    op.drop_column("rendition", "voice")


def downgrade() -> None:
    op.add_column("rendition", sa.Column("voice", sa.String(length=63), nullable=True))
    op.execute("UPDATE rendition SET voice = voices[1]")
    op.alter_column("rendition", "voice", nullable=False)
    op.drop_constraint(op.f("ck_rendition_voices_named"), "rendition", type_="check")
    op.drop_column("rendition", "voices")
