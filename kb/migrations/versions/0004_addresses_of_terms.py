"""Vocabularies and terms get an address of their own and words in English.

Columns are added in place, not by copying the table: SQLite's copy would lose the checks of the old one.
So what must be unique is an index, and a slug that is left out is refused by it, not by a missing default.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SLUG_MAX = 80
_TABLES = ("vocabulary", "term")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("slug", sa.String(_SLUG_MAX), nullable=False, server_default=""))
        op.add_column(table, sa.Column("label_en", sa.String(120), nullable=False, server_default=""))
        op.add_column(table, sa.Column("description_en", sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    vocabularies = connection.execute(sa.text("SELECT id, label FROM vocabulary ORDER BY id")).all()
    _give_slugs(connection, "vocabulary", vocabularies)
    for vocabulary, _ in vocabularies:
        terms = sa.text("SELECT id, label FROM term WHERE vocabulary_id = :vocabulary ORDER BY position, id")
        _give_slugs(connection, "term", connection.execute(terms, {"vocabulary": vocabulary}).all())
    op.create_index(op.f("ix_vocabulary_slug"), "vocabulary", ["slug"], unique=True)
    op.create_index("ix_term_vocabulary_id_slug", "term", ["vocabulary_id", "slug"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_term_vocabulary_id_slug", table_name="term")
    op.drop_index(op.f("ix_vocabulary_slug"), table_name="vocabulary")
    for table in reversed(_TABLES):
        for column in ("description_en", "label_en", "slug"):
            op.drop_column(table, column)


def _give_slugs(connection: sa.Connection, table: str, rows: Iterable[Any]) -> None:
    """Each row a slug from its label; where two labels give the same, the later gets a number."""
    taken: set[str] = set()
    for row_id, label in rows:
        slug, number = _slug(label), 1
        while slug in taken:
            number += 1
            slug = f"{_slug(label)[: _SLUG_MAX - 4]}-{number}"
        taken.add(slug)
        connection.execute(
            sa.text(f"UPDATE {table} SET slug = :slug WHERE id = :id"),  # noqa: S608 - a name of ours
            {"slug": slug, "id": row_id},
        )


def _slug(label: str) -> str:
    """As ``domain/content.py::slugify`` was when this was written; a migration does not change with it."""
    folded = unicodedata.normalize("NFC", label).lower().translate(str.maketrans("åäöæøé", "aaoaoe"))
    ascii_only = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:_SLUG_MAX].rstrip("-") or "term"
