"""Check each tick for lateness only once: the decision is final."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tick", sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE tick SET judged_at = late_told_at")
    op.create_index(
        "ix_tick_unjudged", "tick", ["ready_by"], unique=False, postgresql_where=sa.text("judged_at IS NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_tick_unjudged", table_name="tick")
    op.drop_column("tick", "judged_at")
