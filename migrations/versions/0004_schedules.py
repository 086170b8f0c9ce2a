"""Schedules, overrides for single dates, and one tick for each past scheduled run."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("show_id", sa.BigInteger(), nullable=False),
        sa.Column("cron", sa.String(length=200), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("catch_up_minutes", sa.Integer(), server_default="360", nullable=False),
        sa.Column("ready_by", sa.Time(), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("catch_up_minutes BETWEEN 1 AND 1440", name="ck_schedule_catch_up_range"),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name="fk_schedule_show_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_schedule"),
    )
    op.create_index("ix_schedule_show_id", "schedule", ["show_id"], unique=False)
    op.create_table(
        "schedule_override",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("schedule_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("first_date", sa.Date(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("local_time", sa.Time(), nullable=True),
        sa.CheckConstraint("kind IN ('skip', 'move', 'extra')", name="ck_schedule_override_kind_known"),
        sa.CheckConstraint("first_date <= last_date", name="ck_schedule_override_dates_in_order"),
        sa.CheckConstraint("(kind = 'skip') = (local_time IS NULL)", name="ck_schedule_override_time_unless_skipped"),
        sa.CheckConstraint(
            "kind = 'skip' OR first_date = last_date", name="ck_schedule_override_one_date_unless_skipped"
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedule.id"], name="fk_schedule_override_schedule_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_schedule_override"),
    )
    op.create_index("ix_schedule_override_schedule_id", "schedule_override", ["schedule_id"], unique=False)
    op.create_table(
        "tick",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("schedule_id", sa.BigInteger(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('no brief', 'not ready', 'made', 'joined', 'already published', 'missed')",
            name="ck_tick_state_known",
        ),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_tick_schedule_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["job_id"], ["audio_generation_job.id"], name="fk_tick_job_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_tick"),
        sa.UniqueConstraint("schedule_id", "local_date", name="uq_tick_schedule_id_local_date"),
    )
    op.create_index("ix_tick_job_id", "tick", ["job_id"], unique=False)
    op.create_index("ix_tick_local_date", "tick", ["local_date", "id"], unique=False)
    op.create_index(
        "ix_tick_open", "tick", ["schedule_id"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )


def downgrade() -> None:
    for table in ("tick", "schedule_override", "schedule"):
        op.drop_table(table)
