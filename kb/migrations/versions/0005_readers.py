"""Messages and votes of readers without an account, and counters of how often something was done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "rate_limit_salt",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_rate_limit_salt")),
    )
    op.create_table(
        "rate_limit_counter",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("window_seconds", sa.Integer(), nullable=False),
        sa.Column("window_number", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_rate_limit_counter_counted")),
        sa.ForeignKeyConstraint(
            ["day"],
            ["rate_limit_salt.day"],
            name=op.f("fk_rate_limit_counter_day_rate_limit_salt"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "day", "scope", "window_seconds", "window_number", "key_hash", name=op.f("pk_rate_limit_counter")
        ),
    )
    op.create_table(
        "reader_message",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("submission_key", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=True),
        sa.Column("revision_id", sa.String(length=26), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("assistive_technology", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'correction') = (entry_id IS NOT NULL)",
            name=op.f("ck_reader_message_correction_has_entry"),
        ),
        sa.CheckConstraint(
            "assistive_technology = '' OR kind IN ('accessibility')",
            name=op.f("ck_reader_message_assistive_technology_of_kind"),
        ),
        sa.CheckConstraint(
            "kind != 'contact' OR email != ''", name=op.f("ck_reader_message_contact_has_email")
        ),
        sa.CheckConstraint(
            "kind IN ('correction', 'story_request', 'feedback', 'contact', 'accessibility')",
            name=op.f("ck_reader_message_kind_known"),
        ),
        sa.CheckConstraint("language IN ('sv', 'en')", name=op.f("ck_reader_message_language_known")),
        sa.CheckConstraint(
            "page = '' OR kind IN ('feedback', 'accessibility')", name=op.f("ck_reader_message_page_of_kind")
        ),
        sa.CheckConstraint(
            "proposal = '' OR kind IN ('correction')", name=op.f("ck_reader_message_proposal_of_kind")
        ),
        sa.CheckConstraint(
            "purpose = '' OR kind IN ('story_request')", name=op.f("ck_reader_message_purpose_of_kind")
        ),
        sa.CheckConstraint(
            "source = '' OR kind IN ('correction')", name=op.f("ck_reader_message_source_of_kind")
        ),
        sa.CheckConstraint("state IN ('received')", name=op.f("ck_reader_message_state_known")),
        sa.CheckConstraint(
            "(entry_id IS NULL) = (revision_id IS NULL)", name=op.f("ck_reader_message_entry_with_revision")
        ),
        sa.CheckConstraint(
            "length(assistive_technology) <= 200", name=op.f("ck_reader_message_assistive_technology_length")
        ),
        sa.CheckConstraint("length(email) <= 254", name=op.f("ck_reader_message_email_length")),
        sa.CheckConstraint("length(page) <= 1000", name=op.f("ck_reader_message_page_length")),
        sa.CheckConstraint("length(proposal) <= 4000", name=op.f("ck_reader_message_proposal_length")),
        sa.CheckConstraint("length(purpose) <= 1000", name=op.f("ck_reader_message_purpose_length")),
        sa.CheckConstraint("length(source) <= 1000", name=op.f("ck_reader_message_source_length")),
        sa.CheckConstraint(
            "length(trim(message)) > 0 AND length(message) <= 4000",
            name=op.f("ck_reader_message_message_length"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id", "revision_id"],
            ["revision.entry_id", "revision.id"],
            name=op.f("fk_reader_message_entry_id_revision_id_revision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_message")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_reader_message_submission_key")),
    )
    op.create_index(op.f("ix_reader_message_entry_id"), "reader_message", ["entry_id"], unique=False)
    op.create_index(op.f("ix_reader_message_kind"), "reader_message", ["kind"], unique=False)
    op.create_table(
        "reader_vote",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("revision_id", sa.String(length=26), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("submission_key", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('sv', 'en')", name=op.f("ck_reader_vote_language_known")),
        sa.CheckConstraint("length(why) <= 1000", name=op.f("ck_reader_vote_why_length")),
        sa.ForeignKeyConstraint(
            ["entry_id", "revision_id"],
            ["revision.entry_id", "revision.id"],
            name=op.f("fk_reader_vote_entry_id_revision_id_revision"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_vote")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_reader_vote_submission_key")),
    )
    op.create_index(op.f("ix_reader_vote_entry_id"), "reader_vote", ["entry_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_reader_vote_entry_id"), table_name="reader_vote")
    op.drop_table("reader_vote")
    op.drop_index(op.f("ix_reader_message_kind"), table_name="reader_message")
    op.drop_index(op.f("ix_reader_message_entry_id"), table_name="reader_message")
    op.drop_table("reader_message")
    op.drop_table("rate_limit_counter")
    op.drop_table("rate_limit_salt")
