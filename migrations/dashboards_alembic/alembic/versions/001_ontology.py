"""Of the schema that exists already, the two tables that dashboards are joined to.

Revision ID: 001
Revises:
Create Date: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "001"
down_revision = None
branch_labels = None
depends_on = None


def create_entities(table):
    op.create_table(
        table,
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("entity_key", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"{table}_pkey"),
    )


def upgrade():
    create_entities("modules_v2")
    create_entities("bundles")


def downgrade():
    op.drop_table("bundles")
    op.drop_table("modules_v2")
