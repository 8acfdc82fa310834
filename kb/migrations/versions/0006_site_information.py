"""What those who run the site say of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "site_value",
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "field IN ('service_name', 'authority', 'organisation_number', 'email', 'telephone', 'postal_address', 'data_protection_officer', 'answering_time', 'message_retention', 'log_retention', 'conformity', 'known_faults', 'assessment_method', 'assessed_on', 'updated_on', 'unreasonable_burden', 'outside_the_law', 'security_contact', 'licence')",
            name=op.f("ck_site_value_field_known"),
        ),
        sa.CheckConstraint("language IN ('sv', 'en')", name=op.f("ck_site_value_language_known")),
        sa.CheckConstraint(
            "origin IN ('operator', 'product', 'demo')", name=op.f("ck_site_value_origin_known")
        ),
        sa.PrimaryKeyConstraint("field", "language", name=op.f("pk_site_value")),
    )


def downgrade() -> None:
    op.drop_table("site_value")
