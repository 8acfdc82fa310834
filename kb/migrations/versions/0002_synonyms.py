"""Word lists of the search: synonyms, abbreviations and exceptions from the splitting of compounds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "synonym",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("seed_key", sa.String(length=200), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("case_sensitive", sa.Boolean(), nullable=False),
        sa.Column("oneway", sa.Boolean(), nullable=False),
        sa.Column("context", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synonym")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_synonym_seed_key")),
    )
    op.create_table(
        "synonym_word",
        sa.Column("synonym_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("text", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "role IN ('short', 'long', 'also', 'reading', 'word')", name=op.f("ck_synonym_word_role_known")
        ),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_synonym_word_has_text")),
        sa.ForeignKeyConstraint(
            ["synonym_id"],
            ["synonym.id"],
            name=op.f("fk_synonym_word_synonym_id_synonym"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("synonym_id", "position", name=op.f("pk_synonym_word")),
    )
    op.create_table(
        "compound_exception",
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("parts", sa.String(length=200), nullable=False),
        sa.Column("from_seed", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=160), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_compound_exception")),
    )


def downgrade() -> None:
    op.drop_table("compound_exception")
    op.drop_table("synonym_word")
    op.drop_table("synonym")
