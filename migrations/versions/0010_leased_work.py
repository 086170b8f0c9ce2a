"""One engine for leased work: jobs and previews (formerly hearings) share the same columns and functions."""

import sqlalchemy as sa
from alembic import op

from brief_audio.db.work_functions import claim_and_finish, dropped

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = {"audio_generation_job": "brief", "preview": "show"}
IS_FINAL = "status IN ('completed', 'failed', 'cancelled')"
WAITING = sa.text("state IN ('queued', 'speaking')")

# A hearing in progress had a lease; one waiting for its next attempt was queued, with a lease until then.
COPY_HEARINGS = """
    INSERT INTO preview (
        id, show_id, item_id, headline, body, voice, take, narration_key, duration_ms, status, priority, run_after,
        attempt, charged, lease_until, requested_by, progress, error, created_at, finished_at
    )
    SELECT id, show_id, item_id, headline, body, voice, take, narration_key, duration_ms,
        CASE state WHEN 'speaking' THEN 'processing' WHEN 'spoken' THEN 'completed' ELSE state END, 75,
        CASE state WHEN 'queued' THEN coalesce(lease_until, created_at) ELSE created_at END, attempt, attempt,
        CASE state WHEN 'speaking' THEN coalesce(lease_until, now()) END, requested_by,
        CASE state WHEN 'spoken' THEN 100 ELSE 0 END, error, created_at,
        CASE WHEN state IN ('spoken', 'failed') THEN created_at END
    FROM hearing ORDER BY id
"""
COPY_PREVIEWS = """
    INSERT INTO hearing (
        id, show_id, item_id, headline, body, voice, take, narration_key, duration_ms, state, attempt, lease_until,
        requested_by, error, created_at
    )
    SELECT id, show_id, item_id, headline, body, voice, take, narration_key, duration_ms,
        CASE status WHEN 'processing' THEN 'speaking' WHEN 'completed' THEN 'spoken' WHEN 'cancelled' THEN 'failed'
            ELSE status END,
        attempt, lease_until, requested_by, coalesce(error, CASE status WHEN 'cancelled' THEN 'cancelled' END),
        created_at
    FROM preview ORDER BY id
"""


GO_ON_COUNTING = """
    SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)
"""


def upgrade() -> None:
    op.alter_column("audio_generation_job", "requested_by", type_=sa.String(254), existing_nullable=False)
    op.alter_column("event", "actor", type_=sa.String(254), existing_nullable=False)  # events name who requested it
    _create_preview()
    op.execute(COPY_HEARINGS)
    op.execute(GO_ON_COUNTING.format(table="preview"))
    op.drop_table("hearing")
    op.execute("DROP FUNCTION claim_job(text, interval, bigint, integer)")
    op.execute("DROP FUNCTION finish_job(text, bigint, integer)")
    for table, parent in KINDS.items():
        for statement in claim_and_finish(table, parent):
            op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    for table in KINDS:
        for statement in dropped(table):
            op.execute(statement)
    before = op.get_context().script.get_revision("0008").module
    op.get_bind().exec_driver_sql(before.CLAIM_JOB)
    op.get_bind().exec_driver_sql(before.FINISH_JOB)
    _create_hearing()
    op.execute(COPY_PREVIEWS)
    op.execute(GO_ON_COUNTING.format(table="hearing"))
    op.drop_table("preview")
    op.execute("UPDATE event SET actor = left(actor, 200) WHERE length(actor) > 200")
    op.alter_column("event", "actor", type_=sa.String(200), existing_nullable=False)
    op.execute(
        "UPDATE audio_generation_job SET requested_by = left(requested_by, 200) WHERE length(requested_by) > 200"
    )
    op.alter_column("audio_generation_job", "requested_by", type_=sa.String(200), existing_nullable=False)


def _create_preview() -> None:
    op.create_table(
        "preview",
        *_text_columns(),
        sa.Column("status", sa.String(length=20), server_default="queued", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="100", nullable=False),
        sa.Column("run_after", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("charged", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_by", sa.String(length=200), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_requested", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("requested_by", sa.String(length=254), nullable=False),
        sa.Column("progress", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'processing', 'completed', 'failed', 'cancelled')",
            name=op.f("ck_preview_status_known"),
        ),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_preview_progress_range")),
        sa.CheckConstraint("charged BETWEEN 0 AND attempt", name=op.f("ck_preview_charged_within_attempt")),
        sa.CheckConstraint(
            "(status = 'processing') = (lease_until IS NOT NULL)", name=op.f("ck_preview_lease_while_processing")
        ),
        sa.CheckConstraint(f"({IS_FINAL}) = (finished_at IS NOT NULL)", name=op.f("ck_preview_finished_when_final")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_preview_item_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_preview_show_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview")),
    )
    op.create_index(
        "ix_preview_next", "preview", ["priority", "run_after", "id"], postgresql_where=sa.text("status = 'queued'")
    )
    op.create_index("ix_preview_in_hand", "preview", ["id"], postgresql_where=sa.text("status = 'processing'"))
    op.create_index("ix_preview_status", "preview", ["status", "id"])
    op.create_index("ix_preview_created_at", "preview", ["created_at"])
    op.create_index(op.f("ix_preview_item_id"), "preview", ["item_id"])
    op.create_index(op.f("ix_preview_show_id"), "preview", ["show_id"])


def _create_hearing() -> None:
    op.create_table(
        "hearing",
        *_text_columns(),
        sa.Column("state", sa.String(length=20), server_default="queued", nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_by", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'speaking', 'spoken', 'failed')", name=op.f("ck_hearing_state_known")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_hearing_item_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name=op.f("fk_hearing_show_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing")),
    )
    op.create_index("ix_hearing_created_at", "hearing", ["created_at"])
    op.create_index(op.f("ix_hearing_item_id"), "hearing", ["item_id"])
    op.create_index(op.f("ix_hearing_show_id"), "hearing", ["show_id"])
    op.create_index("ix_hearing_waiting", "hearing", ["id"], postgresql_where=WAITING)


def _text_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("show_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("voice", sa.String(length=63), nullable=False),
        sa.Column("take", sa.Integer(), server_default="0", nullable=False),
        sa.Column("narration_key", sa.String(length=64), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
    ]
