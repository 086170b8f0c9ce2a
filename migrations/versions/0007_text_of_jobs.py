"""When a job copied its brief's text: later edits are not in its narration."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    added = sa.Column(
        "copied_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
    )
    op.add_column("audio_generation_job", added)
    op.execute("UPDATE audio_generation_job SET copied_at = created_at")


def downgrade() -> None:
    op.drop_column("audio_generation_job", "copied_at")
