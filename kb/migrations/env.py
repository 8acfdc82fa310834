"""Alembic runs this for every command; the connection is handed over by ``services/migrating.py``."""

from __future__ import annotations

from alembic import context

from kb.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
