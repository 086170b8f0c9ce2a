"""The queue, each item's part in a job, renditions with the pointer that publishes, and events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audio_generation_job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("brief_id", sa.BigInteger(), nullable=False),
        sa.Column("brief_title", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=20), server_default="queued", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="100", nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("charged", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_by", sa.String(length=200), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("retry_of_id", sa.BigInteger(), nullable=True),
        sa.Column("total_items", sa.Integer(), server_default="0", nullable=False),
        sa.Column("completed_items", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed_items", sa.Integer(), server_default="0", nullable=False),
        sa.Column("progress", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'processing') = (lease_until IS NOT NULL)", name="ck_audio_generation_job_lease_while_processing"
        ),
        sa.CheckConstraint(
            "(status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name="ck_audio_generation_job_finished_when_final",
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'processing', 'completed', 'failed', 'cancelled')",
            name="ck_audio_generation_job_status_known",
        ),
        sa.CheckConstraint("charged BETWEEN 0 AND attempt", name="ck_audio_generation_job_charged_within_attempt"),
        sa.CheckConstraint(
            "completed_items + failed_items <= total_items", name="ck_audio_generation_job_counts_within_total"
        ),
        sa.CheckConstraint(
            "completed_items >= 0 AND failed_items >= 0", name="ck_audio_generation_job_counts_not_negative"
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name="ck_audio_generation_job_progress_range"),
        sa.ForeignKeyConstraint(
            ["brief_id"], ["brief.id"], name="fk_audio_generation_job_brief_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["retry_of_id"],
            ["audio_generation_job.id"],
            name="fk_audio_generation_job_retry_of_id",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audio_generation_job"),
    )
    op.create_index("ix_audio_generation_job_brief_id", "audio_generation_job", ["brief_id", "id"], unique=False)
    op.create_index(
        "ix_audio_generation_job_lease",
        "audio_generation_job",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("status = 'processing'"),
    )
    op.create_index(
        "ix_audio_generation_job_next",
        "audio_generation_job",
        ["priority", "run_after", "id"],
        unique=False,
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index("ix_audio_generation_job_retry_of_id", "audio_generation_job", ["retry_of_id"], unique=False)
    op.create_index("ix_audio_generation_job_status", "audio_generation_job", ["status", "id"], unique=False)
    op.create_index(
        "uq_audio_generation_job_live",
        "audio_generation_job",
        ["brief_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'processing')"),
    )
    op.create_table(
        "item_narration",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("voice", sa.String(length=63), nullable=False),
        sa.Column("take", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=20), server_default="pending", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("narration_key", sa.String(length=64), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'speaking', 'spoken', 'reused', 'failed')", name="ck_item_narration_state_known"
        ),
        sa.CheckConstraint("tries >= 0", name="ck_item_narration_tries_not_negative"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name="fk_item_narration_item_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["audio_generation_job.id"], name="fk_item_narration_job_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_item_narration"),
        sa.UniqueConstraint("job_id", "position", name="uq_item_narration_job_id_position"),
    )
    op.create_index("ix_item_narration_item_id", "item_narration", ["item_id"], unique=False)
    op.create_index("ix_item_narration_narration_key", "item_narration", ["narration_key"], unique=False)
    op.create_table(
        "rendition",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("brief_id", sa.BigInteger(), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), server_default="stored", nullable=False),
        sa.Column("audio_object", sa.Text(), nullable=False),
        sa.Column("captions_object", sa.Text(), nullable=False),
        sa.Column("chapters_object", sa.Text(), nullable=False),
        sa.Column("manifest_object", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("loudness_lufs", sa.Double(), nullable=False),
        sa.Column("true_peak_dbtp", sa.Double(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("failed_items", sa.Integer(), nullable=False),
        sa.Column("voice", sa.String(length=63), nullable=False),
        sa.Column("inputs_sha256", sa.String(length=64), nullable=False),
        sa.Column("contents", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('stored', 'published', 'superseded', 'withdrawn')", name="ck_rendition_state_known"
        ),
        sa.CheckConstraint("number >= 1", name="ck_rendition_number_from_one"),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name="fk_rendition_brief_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["audio_generation_job.id"], name="fk_rendition_job_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rendition"),
        sa.UniqueConstraint("audio_object", name="uq_rendition_audio_object"),
        sa.UniqueConstraint("brief_id", "number", name="uq_rendition_brief_id_number"),
        sa.UniqueConstraint("job_id", name="uq_rendition_job_id"),
    )
    op.create_index(
        "uq_rendition_published",
        "rendition",
        ["brief_id"],
        unique=True,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=63), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("brief_id", sa.BigInteger(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name="fk_event_brief_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["job_id"], ["audio_generation_job.id"], name="fk_event_job_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_brief_id", "event", ["brief_id", "id"], unique=False)
    op.create_index("ix_event_job_id", "event", ["job_id", "id"], unique=False)
    op.create_foreign_key(
        "fk_brief_current_rendition_id", "brief", "rendition", ["current_rendition_id"], ["id"], ondelete="RESTRICT"
    )


def downgrade() -> None:
    op.drop_constraint("fk_brief_current_rendition_id", "brief")
    for table in ("event", "rendition", "item_narration", "audio_generation_job"):
        op.drop_table(table)
