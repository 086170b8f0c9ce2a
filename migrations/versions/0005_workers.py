"""Workers as rows; less bloat from many small job updates; an index to find history by age."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Every job is updated dozens of times while it is narrated. Free space on each page keeps most of these updates there
# (HOT), and vacuum starts after a number of dead rows instead of their share of a table that only grows.
JOB_TABLE = {
    "fillfactor": "80",
    "autovacuum_vacuum_scale_factor": "0",
    "autovacuum_vacuum_threshold": "1000",
    "autovacuum_analyze_scale_factor": "0.02",
}
NARRATION_TABLE = {"fillfactor": "90", "autovacuum_vacuum_scale_factor": "0.02"}


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("memory_mib", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("concurrency >= 1", name="ck_worker_concurrency_positive"),
        sa.PrimaryKeyConstraint("id", name="pk_worker"),
        sa.UniqueConstraint("name", name="uq_worker_name"),
    )
    op.drop_index("ix_audio_generation_job_lease", table_name="audio_generation_job")
    op.create_index(
        "ix_audio_generation_job_in_hand",
        "audio_generation_job",
        ["id"],
        unique=False,
        postgresql_where=sa.text("status = 'processing'"),
    )
    op.create_index("ix_event_at", "event", ["at"], unique=False)
    _set("audio_generation_job", JOB_TABLE)
    _set("item_narration", NARRATION_TABLE)


def downgrade() -> None:
    _reset("item_narration", NARRATION_TABLE)
    _reset("audio_generation_job", JOB_TABLE)
    op.drop_index("ix_event_at", table_name="event")
    op.drop_index("ix_audio_generation_job_in_hand", table_name="audio_generation_job")
    op.create_index(
        "ix_audio_generation_job_lease",
        "audio_generation_job",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("status = 'processing'"),
    )
    op.drop_table("worker")


def _set(table: str, options: dict[str, str]) -> None:
    op.execute(f"ALTER TABLE {table} SET ({', '.join(f'{name} = {value}' for name, value in options.items())})")


def _reset(table: str, options: dict[str, str]) -> None:
    op.execute(f"ALTER TABLE {table} RESET ({', '.join(options)})")
