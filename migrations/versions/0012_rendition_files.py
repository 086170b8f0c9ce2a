"""The sizes of a rendition's files, and what the last check found wrong with them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SIDE_FILES = ("captions_bytes", "chapters_bytes", "manifest_bytes")


def upgrade() -> None:
    for name in SIDE_FILES:
        op.add_column("rendition", sa.Column(name, sa.Integer(), nullable=True))
    op.create_table(
        "rendition_fault",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("rendition_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["rendition_id"], ["rendition.id"], name=op.f("fk_rendition_fault_rendition_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition_fault")),
        sa.UniqueConstraint("rendition_id", name=op.f("uq_rendition_fault_rendition_id")),
    )


def downgrade() -> None:
    op.drop_table("rendition_fault")
    for name in reversed(SIDE_FILES):
        op.drop_column("rendition", name)
