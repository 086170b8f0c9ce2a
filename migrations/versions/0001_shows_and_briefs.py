"""Voices, shows, lexicon rules, briefs and items."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("engine", sa.String(length=63), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("rate_hz", sa.Integer(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("descends_from", sa.Text(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_voice"),
        sa.UniqueConstraint("name", name="uq_voice_name"),
    )
    op.create_table(
        "show",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("tagline", sa.String(length=300), server_default="", nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("voice_id", sa.BigInteger(), nullable=False),
        sa.Column("speed", sa.Double(), server_default="1", nullable=False),
        sa.Column("opening_pause_ms", sa.Integer(), server_default="400", nullable=False),
        sa.Column("sentence_pause_ms", sa.Integer(), server_default="350", nullable=False),
        sa.Column("headline_pause_ms", sa.Integer(), server_default="700", nullable=False),
        sa.Column("item_pause_ms", sa.Integer(), server_default="1200", nullable=False),
        sa.Column("failed_share_limit", sa.Double(), server_default=sa.text("1.0 / 3"), nullable=False),
        sa.Column("cover_object", sa.Text(), nullable=True),
        sa.Column("cover_alt", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("failed_share_limit BETWEEN 0 AND 1", name="ck_show_failed_share_limit_range"),
        sa.CheckConstraint(
            "least(opening_pause_ms, sentence_pause_ms, headline_pause_ms, item_pause_ms) >= 0"
            " AND greatest(opening_pause_ms, sentence_pause_ms, headline_pause_ms, item_pause_ms) <= 10000",
            name="ck_show_pauses_range",
        ),
        sa.CheckConstraint("speed BETWEEN 0.5 AND 2", name="ck_show_speed_range"),
        sa.ForeignKeyConstraint(["voice_id"], ["voice.id"], name="fk_show_voice_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_show"),
        sa.UniqueConstraint("slug", name="uq_show_slug"),
    )
    op.create_index("ix_show_voice_id", "show", ["voice_id"], unique=False)
    op.create_table(
        "lexicon_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("show_id", sa.BigInteger(), nullable=False),
        sa.Column("written", sa.String(length=200), nullable=False),
        sa.Column("spoken", sa.String(length=400), nullable=False),
        sa.Column("match_case", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("written <> '' AND spoken <> ''", name="ck_lexicon_rule_not_empty"),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name="fk_lexicon_rule_show_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_lexicon_rule"),
        sa.UniqueConstraint("show_id", "written", name="uq_lexicon_rule_show_id_written"),
    )
    op.create_table(
        "brief",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("show_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), server_default="daily", nullable=False),
        sa.Column("local_date", sa.Date(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), server_default="draft", nullable=False),
        sa.Column("held_reason", sa.String(length=500), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_rendition_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(kind = 'daily') = (local_date IS NOT NULL)", name="ck_brief_daily_has_date"),
        sa.CheckConstraint("kind IN ('daily', 'text', 'story')", name="ck_brief_kind_known"),
        sa.CheckConstraint("state IN ('draft', 'ready')", name="ck_brief_state_known"),
        sa.ForeignKeyConstraint(["show_id"], ["show.id"], name="fk_brief_show_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_brief"),
        sa.UniqueConstraint("current_rendition_id", name="uq_brief_current_rendition_id"),
        sa.UniqueConstraint("show_id", "local_date", name="uq_brief_show_id_local_date"),
        sa.UniqueConstraint("slug", name="uq_brief_slug"),
    )
    op.create_index(
        "ix_brief_local_date",
        "brief",
        [sa.literal_column("local_date DESC NULLS LAST"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("brief_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("voice_id", sa.BigInteger(), nullable=True),
        sa.Column("take", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("position >= 1", name="ck_item_position_from_one"),
        sa.CheckConstraint("take >= 0", name="ck_item_take_not_negative"),
        sa.ForeignKeyConstraint(["brief_id"], ["brief.id"], name="fk_item_brief_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["voice_id"], ["voice.id"], name="fk_item_voice_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
        sa.UniqueConstraint(
            "brief_id", "position", deferrable=True, initially="DEFERRED", name="uq_item_brief_id_position"
        ),
    )
    op.create_index("ix_item_voice_id", "item", ["voice_id"], unique=False)


def downgrade() -> None:
    for table in ("item", "brief", "lexicon_rule", "show", "voice"):
        op.drop_table(table)
