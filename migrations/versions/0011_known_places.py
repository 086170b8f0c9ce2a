"""Places users have signed in from, and which attempts came from there: strangers' attempts don't block them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(length=45), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["dashboard_user.id"], name=op.f("fk_known_place_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_place")),
        sa.UniqueConstraint("user_id", "place", name=op.f("uq_known_place_user_id_place")),
    )
    op.create_index("ix_known_place_seen_at", "known_place", ["seen_at"], unique=False)
    for name, length in (("network", 45), ("device", 64)):
        op.add_column("sign_in_try", sa.Column(name, sa.String(length=length), server_default="", nullable=False))
    op.add_column("sign_in_try", sa.Column("is_known", sa.Boolean(), server_default="false", nullable=False))
    op.create_index("ix_sign_in_try_network", "sign_in_try", ["network", "at"], unique=False)
    op.create_index(
        "ix_sign_in_try_device",
        "sign_in_try",
        ["device", "at"],
        unique=False,
        postgresql_where=sa.text("device <> ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_sign_in_try_device", table_name="sign_in_try", postgresql_where=sa.text("device <> ''"))
    op.drop_index("ix_sign_in_try_network", table_name="sign_in_try")
    for name in ("is_known", "device", "network"):
        op.drop_column("sign_in_try", name)
    op.drop_index("ix_known_place_seen_at", table_name="known_place")
    op.drop_table("known_place")
