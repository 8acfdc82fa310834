"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TRIGGER = {
    "sqlite": (
        "CREATE TRIGGER {name} BEFORE {deed} ON moderation_event"
        " BEGIN SELECT RAISE(ABORT, 'moderation_event is append-only'); END"
    ),
    "postgresql": (
        "CREATE TRIGGER {name} BEFORE {deed} ON moderation_event"
        " FOR EACH ROW EXECUTE FUNCTION moderation_event_refuse()"
    ),
}
_REFUSE_POSTGRESQL = """
CREATE FUNCTION moderation_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'moderation_event is append-only'; END $$
"""


def upgrade() -> None:
    op.create_table(
        "index_change",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_change")),
    )
    op.create_index(op.f("ix_index_change_entry_id"), "index_change", ["entry_id"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("size", sa.String(40), nullable=True),
        sa.Column("successor_id", sa.String(length=26), nullable=True),
        sa.CheckConstraint(
            "size IN ('lt_50', '50_249', '250_999', '1000_4999', 'gt_5000')",
            name=op.f("ck_organisation_size_known"),
        ),
        sa.CheckConstraint(
            "type IN ('state_authority', 'municipality', 'region', 'municipal_federation', 'university', 'ministry', 'collaboration')",
            name=op.f("ck_organisation_type_known"),
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_organisation_has_name")),
        sa.CheckConstraint(
            "successor_id IS NULL OR successor_id != id", name=op.f("ck_organisation_not_own_successor")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["organisation.id"], name=op.f("fk_organisation_successor_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_index(op.f("ix_organisation_successor_id"), "organisation", ["successor_id"], unique=False)

    op.create_table(
        "vocabulary",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_official", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vocabulary")),
        sa.UniqueConstraint("code", name=op.f("uq_vocabulary_code")),
    )
    op.create_table(
        "organisation_alias",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("alias", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_alias_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_organisation_alias")),
    )
    op.create_index(
        op.f("ix_organisation_alias_organisation_id"), "organisation_alias", ["organisation_id"], unique=False
    )

    op.create_table(
        "term",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("vocabulary_id", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.String(length=26), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("parent_id IS NULL OR parent_id != id", name=op.f("ck_term_not_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["term.id"], name=op.f("fk_term_parent_id_term")),
        sa.ForeignKeyConstraint(
            ["vocabulary_id"],
            ["vocabulary.id"],
            name=op.f("fk_term_vocabulary_id_vocabulary"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("vocabulary_id", "code", name=op.f("uq_term_vocabulary_id_code")),
    )
    op.create_index(op.f("ix_term_parent_id"), "term", ["parent_id"], unique=False)
    op.create_index(op.f("ix_term_vocabulary_id"), "term", ["vocabulary_id"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('contributor', 'moderator', 'admin')", name=op.f("ck_user_role_known")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_email_lower_case")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_user_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_index(op.f("ix_user_organisation_id"), "user", ["organisation_id"], unique=False)

    op.create_table(
        "entry",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("owner_id", sa.String(length=26), nullable=False),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_revision_id", sa.String(length=26), nullable=True),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("seed_key", sa.String(length=100), nullable=True),
        sa.CheckConstraint(
            "(published_revision_id IS NULL) = (first_published_at IS NULL)",
            name=op.f("ck_entry_published_has_date"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name=op.f("ck_entry_withdrawn_with_reason")
        ),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR published_revision_id IS NOT NULL",
            name=op.f("ck_entry_withdrawn_was_published"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_entry_created_by_user")),
        sa.ForeignKeyConstraint(
            ["id", "published_revision_id"],
            ["revision.entry_id", "revision.id"],
            name="fk_entry_published_revision",
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_entry_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("published_revision_id", name=op.f("uq_entry_published_revision_id")),
        sa.UniqueConstraint("seed_key", name=op.f("uq_entry_seed_key")),
    )
    op.create_index(op.f("ix_entry_owner_id"), "entry", ["owner_id"], unique=False)

    op.create_table(
        "entry_partner",
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("organisation_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_entry_partner_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_entry_partner_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("entry_id", "organisation_id", name=op.f("pk_entry_partner")),
    )
    op.create_index(
        op.f("ix_entry_partner_organisation_id"), "entry_partner", ["organisation_id"], unique=False
    )

    op.create_table(
        "lesson",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("anchor", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_lesson_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("entry_id", "anchor", name=op.f("uq_lesson_entry_id_anchor")),
    )
    op.create_index(op.f("ix_lesson_entry_id"), "lesson", ["entry_id"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_plain", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("anonymised", sa.Boolean(), nullable=False),
        sa.Column("editorial", sa.Boolean(), nullable=False),
        sa.Column("contact_role", sa.String(length=120), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status IN ('published', 'superseded')) = (published_at IS NOT NULL)",
            name=op.f("ck_revision_published_has_date"),
        ),
        sa.CheckConstraint("kind IN ('good_example', 'lesson_learned')", name=op.f("ck_revision_kind_known")),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'changes_requested', 'published', 'superseded', 'rejected', 'discarded')",
            name=op.f("ck_revision_status_known"),
        ),
        sa.CheckConstraint("length(summary) <= 400", name=op.f("ck_revision_summary_length")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 120", name=op.f("ck_revision_title_length")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_revision_number_from_one")),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_revision_created_by_user")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_revision_entry_id_entry"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("entry_id", "id", name=op.f("uq_revision_entry_id_id")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_revision_entry_id_number")),
    )
    op.create_index(op.f("ix_revision_entry_id"), "revision", ["entry_id"], unique=False)
    op.create_index(op.f("ix_revision_status"), "revision", ["status"], unique=False)
    op.create_index(
        "uq_revision_open",
        "revision",
        ["entry_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('changes_requested', 'draft', 'submitted')"),
        postgresql_where=sa.text("status IN ('changes_requested', 'draft', 'submitted')"),
    )
    op.create_index(
        "uq_revision_published",
        "revision",
        ["entry_id"],
        unique=True,
        sqlite_where=sa.text("status = 'published'"),
        postgresql_where=sa.text("status = 'published'"),
    )

    op.create_table(
        "benefit",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("revision_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("type_id", sa.String(length=26), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("stage IN ('expected', 'realised')", name=op.f("ck_benefit_stage_known")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_benefit_revision_id_revision"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["type_id"], ["term.id"], name=op.f("fk_benefit_type_id_term")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit")),
        sa.UniqueConstraint("revision_id", "position", name=op.f("uq_benefit_revision_id_position")),
    )
    op.create_index(op.f("ix_benefit_revision_id"), "benefit", ["revision_id"], unique=False)
    op.create_index(op.f("ix_benefit_type_id"), "benefit", ["type_id"], unique=False)

    op.create_table(
        "fact",
        sa.Column("revision_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("publish_from", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'unknown' AND low IS NULL AND high IS NULL) OR state = 'withheld' OR (state NOT IN ('unknown', 'withheld') AND (low IS NOT NULL OR high IS NOT NULL))",
            name=op.f("ck_fact_value_fits_state"),
        ),
        sa.CheckConstraint(
            "name IN ('first_budget', 'decided_budget', 'outcome_cost', 'start', 'first_end', 'decided_end', 'actual_end', 'team_size', 'users_affected')",
            name=op.f("ck_fact_name_known"),
        ),
        sa.CheckConstraint(
            "name NOT IN ('start', 'first_end', 'decided_end', 'actual_end') OR high IS NULL OR (high BETWEEN 195001 AND 210012 AND high % 100 BETWEEN 1 AND 12)",
            name=op.f("ck_fact_high_is_month"),
        ),
        sa.CheckConstraint(
            "name NOT IN ('start', 'first_end', 'decided_end', 'actual_end') OR low IS NULL OR (low BETWEEN 195001 AND 210012 AND low % 100 BETWEEN 1 AND 12)",
            name=op.f("ck_fact_low_is_month"),
        ),
        sa.CheckConstraint(
            "state IN ('known', 'estimated', 'expected', 'withheld', 'unknown')",
            name=op.f("ck_fact_state_known"),
        ),
        sa.CheckConstraint("high IS NULL OR high >= 0", name=op.f("ck_fact_high_not_negative")),
        sa.CheckConstraint("low IS NULL OR high IS NULL OR low <= high", name=op.f("ck_fact_low_up_to_high")),
        sa.CheckConstraint("low IS NULL OR low >= 0", name=op.f("ck_fact_low_not_negative")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_fact_revision_id_revision"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("revision_id", "name", name=op.f("pk_fact")),
    )
    op.create_table(
        "lesson_text",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("lesson_id", sa.String(length=26), nullable=False),
        sa.Column("revision_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("what_happened", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("applies_when", sa.Text(), nullable=False),
        sa.Column("does_not_apply_when", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(40), nullable=False),
        sa.CheckConstraint("basis IN ('source', 'inferred')", name=op.f("ck_lesson_text_basis_known")),
        sa.CheckConstraint(
            "situation != '' OR what_happened != '' OR advice != ''",
            name=op.f("ck_lesson_text_says_something"),
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_text_lesson_id_lesson"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revision.id"],
            name=op.f("fk_lesson_text_revision_id_revision"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_text")),
        sa.UniqueConstraint("lesson_id", "revision_id", name=op.f("uq_lesson_text_lesson_id_revision_id")),
        sa.UniqueConstraint("revision_id", "position", name=op.f("uq_lesson_text_revision_id_position")),
    )
    op.create_index(op.f("ix_lesson_text_lesson_id"), "lesson_text", ["lesson_id"], unique=False)
    op.create_index(op.f("ix_lesson_text_revision_id"), "lesson_text", ["revision_id"], unique=False)

    op.create_table(
        "moderation_event",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("entry_id", sa.String(length=26), nullable=False),
        sa.Column("revision_id", sa.String(length=26), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("from_position", sa.String(40), nullable=False),
        sa.Column("to_position", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.String(length=26), nullable=True),
        sa.Column("by_system", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "action IN ('import', 'replace', 'withdraw')", name=op.f("ck_moderation_event_action_known")
        ),
        sa.CheckConstraint(
            "from_position IN ('new', 'published', 'withdrawn')",
            name=op.f("ck_moderation_event_from_position_known"),
        ),
        sa.CheckConstraint(
            "to_position IN ('new', 'published', 'withdrawn')",
            name=op.f("ck_moderation_event_to_position_known"),
        ),
        sa.CheckConstraint(
            "actor_id IS NOT NULL OR by_system", name=op.f("ck_moderation_event_someone_did_it")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_moderation_event_actor_id_user")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_moderation_event_entry_id_entry")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_moderation_event_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_event")),
    )
    op.create_index(op.f("ix_moderation_event_entry_id"), "moderation_event", ["entry_id"], unique=False)
    op.create_index(
        op.f("ix_moderation_event_revision_id"), "moderation_event", ["revision_id"], unique=False
    )

    op.create_table(
        "revision_outcome",
        sa.Column("revision_id", sa.String(length=26), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('succeeded', 'partly', 'delayed', 'over_budget', 'stopped', 'replaced', 'ongoing', 'unknown')",
            name=op.f("ck_revision_outcome_outcome_known"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revision.id"],
            name=op.f("fk_revision_outcome_revision_id_revision"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("revision_id", "outcome", name=op.f("pk_revision_outcome")),
    )
    op.create_table(
        "revision_term",
        sa.Column("revision_id", sa.String(length=26), nullable=False),
        sa.Column("term_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"],
            ["revision.id"],
            name=op.f("fk_revision_term_revision_id_revision"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_revision_term_term_id_term")),
        sa.PrimaryKeyConstraint("revision_id", "term_id", name=op.f("pk_revision_term")),
    )
    op.create_index(op.f("ix_revision_term_term_id"), "revision_term", ["term_id"], unique=False)

    op.create_table(
        "source",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("revision_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("accessed", sa.Date(), nullable=True),
        sa.CheckConstraint("url LIKE 'https://%' OR url LIKE 'http://%'", name=op.f("ck_source_url_is_web")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_source_revision_id_revision"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("revision_id", "position", name=op.f("uq_source_revision_id_position")),
    )
    op.create_index(op.f("ix_source_revision_id"), "source", ["revision_id"], unique=False)

    op.create_table(
        "lesson_text_term",
        sa.Column("lesson_text_id", sa.String(length=26), nullable=False),
        sa.Column("term_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["lesson_text_id"],
            ["lesson_text.id"],
            name=op.f("fk_lesson_text_term_lesson_text_id_lesson_text"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_lesson_text_term_term_id_term")),
        sa.PrimaryKeyConstraint("lesson_text_id", "term_id", name=op.f("pk_lesson_text_term")),
    )
    op.create_index(op.f("ix_lesson_text_term_term_id"), "lesson_text_term", ["term_id"], unique=False)

    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        # SQLite takes this key with its table; the two tables refer to each other.
        op.create_foreign_key(
            "fk_entry_published_revision",
            "entry",
            "revision",
            ["id", "published_revision_id"],
            ["entry_id", "id"],
        )
        op.execute(_REFUSE_POSTGRESQL)
    for deed in ("UPDATE", "DELETE"):
        op.execute(_TRIGGER[dialect].format(deed=deed, name=f"moderation_event_no_{deed.lower()}"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_entry_published_revision", "entry", type_="foreignkey")
    for table in (
        "lesson_text_term",
        "source",
        "revision_term",
        "revision_outcome",
        "moderation_event",
        "lesson_text",
        "fact",
        "benefit",
        "revision",
        "lesson",
        "entry_partner",
        "entry",
        "user",
        "term",
        "organisation_alias",
        "vocabulary",
        "organisation",
        "index_change",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION moderation_event_refuse")
