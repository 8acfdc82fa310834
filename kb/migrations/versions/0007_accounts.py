"""Accounts: sessions, second factors, links and identities; the audit log; letters; who writes for whom.

An account may write for several organisations, so its one organisation becomes a membership.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_APPEND_ONLY = {"audit_event": ("UPDATE", "DELETE"), "audit_origin": ("UPDATE",)}
_TRIGGER = {
    "sqlite": (
        "CREATE TRIGGER {name} BEFORE {deed} ON {table}"
        " BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    ),
    "postgresql": (
        "CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    ),
}
_REFUSE_POSTGRESQL = """
CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$
"""


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("actor_id", sa.String(length=26), nullable=True),
        sa.Column("by_system", sa.Boolean(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=100), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("origin_hash", sa.String(length=64), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_audit_event_seq_from_one")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_event_hash")),
    )
    op.create_index(op.f("ix_audit_event_action"), "audit_event", ["action"], unique=False)
    op.create_index(op.f("ix_audit_event_actor_id"), "audit_event", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"], unique=False)
    op.create_index(op.f("ix_audit_event_subject_id"), "audit_event", ["subject_id"], unique=False)

    op.create_table(
        "sign_in_back_off",
        sa.Column("scope", sa.String(length=40), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("failures > 0", name=op.f("ck_sign_in_back_off_failed")),
        sa.PrimaryKeyConstraint("scope", "key_hash", name=op.f("pk_sign_in_back_off")),
    )
    op.create_table(
        "audit_origin",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["audit_event.seq"], name=op.f("fk_audit_origin_seq_audit_event")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_origin")),
    )
    op.create_table(
        "external_identity",
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_external_identity_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_external_identity")),
    )
    op.create_index(op.f("ix_external_identity_user_id"), "external_identity", ["user_id"], unique=False)

    op.create_table(
        "federated_attempt",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("nonce", sa.String(length=100), nullable=False),
        sa.Column("verifier", sa.String(length=200), nullable=False),
        sa.Column("next_path", sa.String(length=500), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_federated_attempt_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_federated_attempt")),
    )
    op.create_index(op.f("ix_federated_attempt_user_id"), "federated_attempt", ["user_id"], unique=False)

    op.create_table(
        "former_slug",
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_former_slug_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slug")),
    )
    op.create_index(op.f("ix_former_slug_organisation_id"), "former_slug", ["organisation_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.String(length=40), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_letter_sent_has_time")),
        sa.CheckConstraint(
            "state != 'handing_over' OR leased_by IS NOT NULL", name=op.f("ck_letter_handed_over_by_someone")
        ),
        sa.CheckConstraint(
            "state IN ('unsent', 'handing_over', 'sent', 'uncertain', 'refused')",
            name=op.f("ck_letter_state_known"),
        ),
        sa.CheckConstraint(
            "(leased_by IS NULL) = (leased_until IS NULL)", name=op.f("ck_letter_lease_is_whole")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_letter_attempts_counted")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_letter_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
    )
    op.create_index("ix_letter_state_next_attempt_at", "letter", ["state", "next_attempt_at"], unique=False)
    op.create_index(op.f("ix_letter_user_id"), "letter", ["user_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_membership_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "organisation_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False)

    op.create_table(
        "notification_choice",
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('site', 'letter', 'daily', 'weekly')",
            name=op.f("ck_notification_choice_channel_known"),
        ),
        sa.CheckConstraint(
            "event IN ('entry_submitted', 'changes_requested', 'entry_decided', 'comment_added', 'reader_message', 'story_helped')",
            name=op.f("ck_notification_choice_event_known"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_notification_choice_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "event", "channel", name=op.f("pk_notification_choice")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "retention_rule",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.CheckConstraint("days >= 1", name=op.f("ck_retention_rule_days_from_one")),
        sa.CheckConstraint("length(trim(basis)) > 0", name=op.f("ck_retention_rule_has_basis")),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("fk_retention_rule_decided_by_user")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention_rule")),
    )
    op.create_table(
        "single_use_link",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(purpose = 'email_change') = (email != '')", name=op.f("ck_single_use_link_email_of_purpose")
        ),
        sa.CheckConstraint(
            "purpose IN ('invitation', 'reset', 'email_change')",
            name=op.f("ck_single_use_link_purpose_known"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_single_use_link_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_single_use_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_single_use_link_token_hash")),
    )
    op.create_index(op.f("ix_single_use_link_user_id"), "single_use_link", ["user_id"], unique=False)

    op.create_table(
        "user_session",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("method", sa.String(40), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("method IN ('password', 'federated')", name=op.f("ck_user_session_method_known")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_user_session_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)

    op.add_column("organisation", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.execute('INSERT INTO membership (user_id, organisation_id) SELECT id, organisation_id FROM "user"')
    op.drop_index(op.f("ix_user_organisation_id"), table_name="user")
    with op.batch_alter_table("user", copy_from=_user_before()) as user:
        user.drop_constraint(op.f("fk_user_organisation_id_organisation"), type_="foreignkey")
        user.drop_column("organisation_id")
        user.add_column(sa.Column("language", sa.String(2), nullable=False, server_default="sv"))
        user.add_column(sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
        user.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        user.add_column(sa.Column("password_hash", sa.String(200), nullable=True))
        user.add_column(sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True))
        user.add_column(sa.Column("totp_secret", sa.String(300), nullable=True))
        user.add_column(sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True))
        user.add_column(sa.Column("totp_last_step", sa.Integer(), nullable=True))
        for name, rule in _CHECKS.items():
            user.create_check_constraint(op.f(name), rule)
    dialect = op.get_bind().dialect.name
    for table, deeds in _APPEND_ONLY.items():
        if dialect == "postgresql":
            op.execute(_REFUSE_POSTGRESQL.format(table=table))
        for deed in deeds:
            op.execute(_TRIGGER[dialect].format(name=f"{table}_no_{deed.lower()}", deed=deed, table=table))


def downgrade() -> None:
    """Of several organisations the first by id is kept; who had none gets the first of all."""
    with op.batch_alter_table("user", copy_from=_user_after()) as user:
        for name in _CHECKS:
            user.drop_constraint(op.f(name), type_="check")
        for column in _ADDED:
            user.drop_column(column)
        user.add_column(
            sa.Column("organisation_id", sa.String(26), nullable=False, server_default=""),
            insert_after="role",
        )
    op.execute(
        'UPDATE "user" SET organisation_id = coalesce('
        '(SELECT min(organisation_id) FROM membership WHERE user_id = "user".id), '
        "(SELECT min(id) FROM organisation))"
    )
    with op.batch_alter_table("user", copy_from=_user_between()) as user:
        user.alter_column("organisation_id", server_default=None)
        user.create_foreign_key(
            op.f("fk_user_organisation_id_organisation"), "organisation", ["organisation_id"], ["id"]
        )
    op.create_index(op.f("ix_user_organisation_id"), "user", ["organisation_id"], unique=False)
    op.drop_column("organisation", "edited_at")
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in _APPEND_ONLY:
            op.execute(f"DROP FUNCTION {table}_refuse")


_CHECKS = {
    "ck_user_totp_has_secret": "totp_confirmed_at IS NULL OR totp_secret IS NOT NULL",
    "ck_user_erased_is_disabled": "erased_at IS NULL OR disabled_at IS NOT NULL",
}
_ADDED = (
    "totp_last_step",
    "totp_confirmed_at",
    "totp_secret",
    "password_set_at",
    "password_hash",
    "erased_at",
    "last_seen_at",
    "language",
)
_TABLES = (
    "user_session",
    "single_use_link",
    "retention_rule",
    "recovery_code",
    "notification_choice",
    "membership",
    "letter",
    "former_slug",
    "federated_attempt",
    "external_identity",
    "audit_origin",
    "sign_in_back_off",
    "audit_event",
)


def _user(*more: sa.schema.SchemaItem) -> sa.Table:
    """The table as SQLite must copy it: what it does not say, the copy loses."""
    return sa.Table(
        "user",
        sa.MetaData(),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        *more,
        sa.CheckConstraint("role IN ('contributor', 'moderator', 'admin')", name=op.f("ck_user_role_known")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_email_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )


def _times() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
    )


def _user_before() -> sa.Table:
    return _user(
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        *_times(),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_user_organisation_id_organisation")
        ),
    )


def _user_between() -> sa.Table:
    return _user(
        sa.Column("organisation_id", sa.String(length=26), nullable=False, server_default=""), *_times()
    )


def _user_after() -> sa.Table:
    return _user(
        *_times(),
        sa.Column("language", sa.String(2), nullable=False, server_default="sv"),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.String(200), nullable=True),
        sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.String(300), nullable=True),
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        *(sa.CheckConstraint(rule, name=op.f(name)) for name, rule in _CHECKS.items()),
    )
