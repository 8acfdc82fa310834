"""Writing: drafts as they were typed, co-authors, links to a draft, pictures, how often a story is read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_ACTIONS = "ck_moderation_event_action_known"
_BEFORE = "action IN ('import', 'replace', 'withdraw')"
_AFTER = "action IN ('import', 'replace', 'withdraw', 'submit', 'recall', 'upload')"
_SIZE = "size IN ('tip', 'story', 'in_depth')"
_TRIGGER = {
    "sqlite": (
        "CREATE TRIGGER moderation_event_no_{name} BEFORE {deed} ON moderation_event"
        " BEGIN SELECT RAISE(ABORT, 'moderation_event is append-only'); END"
    ),
    "postgresql": (
        "CREATE TRIGGER moderation_event_no_{name} BEFORE {deed} ON moderation_event"
        " FOR EACH ROW EXECUTE FUNCTION moderation_event_refuse()"
    ),
}
_COLUMNS = ("open_to_contact", "note_to_reviewer", "case_number", "submitted_at")


def upgrade() -> None:
    op.execute(
        "ALTER TABLE revision ADD COLUMN size VARCHAR(40) DEFAULT 'story' NOT NULL"
        f" CONSTRAINT ck_revision_size_known CHECK ({_SIZE})"
    )
    op.add_column(
        "revision", sa.Column("open_to_contact", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("revision", sa.Column("note_to_reviewer", sa.Text(), nullable=False, server_default=""))
    op.add_column("revision", sa.Column("case_number", sa.String(20), nullable=False, server_default=""))
    op.add_column("revision", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_revision_case_number"), "revision", ["case_number"], unique=False)
    _change_actions(_BEFORE, _AFTER)
    op.create_table(
        "draft",
        sa.Column("revision_id", sa.String(length=26), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=26), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("version >= 1", name=op.f("ck_draft_version_from_one")),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revision.id"],
            name=op.f("fk_draft_revision_id_revision"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["saved_by"], ["user.id"], name=op.f("fk_draft_saved_by_user")),
        sa.PrimaryKeyConstraint("revision_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "co_author",
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_co_author_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_co_author_user_id_user"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["added_by"], ["user.id"], name=op.f("fk_co_author_added_by_user")),
        sa.PrimaryKeyConstraint("entry_id", "user_id", name=op.f("pk_co_author")),
    )
    op.create_index(op.f("ix_co_author_user_id"), "co_author", ["user_id"], unique=False)
    op.create_table(
        "preview_link",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_preview_link_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_preview_link_created_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_preview_link_secret_hash")),
    )
    op.create_index(op.f("ix_preview_link_entry_id"), "preview_link", ["entry_id"], unique=False)
    op.create_table(
        "draft_comment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("link_id", sa.String(length=26), nullable=False),
        sa.Column("writer", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("submission_key", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(trim(message)) > 0 AND length(message) <= 2000",
            name=op.f("ck_draft_comment_message_length"),
        ),
        sa.CheckConstraint("length(writer) <= 120", name=op.f("ck_draft_comment_writer_length")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_draft_comment_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["preview_link.id"],
            name=op.f("fk_draft_comment_link_id_preview_link"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_comment")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_draft_comment_submission_key")),
    )
    op.create_index(op.f("ix_draft_comment_entry_id"), "draft_comment", ["entry_id"], unique=False)
    op.create_index(op.f("ix_draft_comment_link_id"), "draft_comment", ["link_id"], unique=False)
    op.create_table(
        "image",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("format IN ('png', 'jpg', 'webp')", name=op.f("ck_image_format_known")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_image_has_size")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_image_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_image_created_by_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image")),
    )
    op.create_index(op.f("ix_image_entry_id"), "image", ["entry_id"], unique=False)
    op.create_table(
        "reading_count",
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.CheckConstraint("readings > 0", name=op.f("ck_reading_count_was_read")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_reading_count_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "day", name=op.f("pk_reading_count")),
    )


def downgrade() -> None:
    """What was written and not published goes, with what was done to it."""
    for table in ("reading_count", "image", "draft_comment", "preview_link", "co_author", "draft"):
        op.drop_table(table)
    _change_actions(_AFTER, _BEFORE)
    op.drop_index(op.f("ix_revision_case_number"), table_name="revision")
    for column in _COLUMNS:
        op.drop_column("revision", column)
    op.drop_column("revision", "size")


def _change_actions(before: str, after: str) -> None:
    """SQLite changes a check by making the table anew; its triggers would stop that, so they go and return."""
    dialect = op.get_bind().dialect.name
    if dialect != "sqlite":
        op.drop_constraint(_ACTIONS, "moderation_event", type_="check")
        _delete_unknown_actions(after)
        op.create_check_constraint(op.f(_ACTIONS), "moderation_event", after)
        return
    written = op.get_bind().scalar(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'moderation_event'")
    )
    for deed in ("update", "delete"):
        op.execute(f"DROP TRIGGER moderation_event_no_{deed}")
    for column in ("entry_id", "revision_id"):
        op.drop_index(op.f(f"ix_moderation_event_{column}"), table_name="moderation_event")
    op.execute("ALTER TABLE moderation_event RENAME TO moderation_event_before")
    op.execute(sa.text(written.replace(before, after).replace(":", "\\:")))
    op.execute(f"INSERT INTO moderation_event SELECT * FROM moderation_event_before WHERE {after}")  # noqa: S608
    op.execute("DROP TABLE moderation_event_before")
    for column in ("entry_id", "revision_id"):
        op.create_index(op.f(f"ix_moderation_event_{column}"), "moderation_event", [column], unique=False)
    for deed in ("update", "delete"):
        op.execute(_TRIGGER["sqlite"].format(name=deed, deed=deed.upper()))


def _delete_unknown_actions(known: str) -> None:
    for deed in ("update", "delete"):
        op.execute(f"DROP TRIGGER moderation_event_no_{deed} ON moderation_event")
    op.execute(f"DELETE FROM moderation_event WHERE NOT ({known})")  # noqa: S608 (a constant of this file)
    for deed in ("update", "delete"):
        op.execute(_TRIGGER["postgresql"].format(name=deed, deed=deed.upper()))
