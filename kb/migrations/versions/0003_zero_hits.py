"""Searches that found nothing, added up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "zero_hit_query",
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_zero_hit_query_counted")),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_zero_hit_query_in_order")),
        sa.PrimaryKeyConstraint("text", name=op.f("pk_zero_hit_query")),
    )
    op.create_index(op.f("ix_zero_hit_query_last_on"), "zero_hit_query", ["last_on"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_zero_hit_query_last_on"), table_name="zero_hit_query")
    op.drop_table("zero_hit_query")
