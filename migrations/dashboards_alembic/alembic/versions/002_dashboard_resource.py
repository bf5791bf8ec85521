"""Dashboards and resources, and which modules and bundles show which dashboard.

Revision ID: 002
Revises: 001
Create Date: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def create_documents(table, *more):
    op.create_table(
        table,
        sa.Column("id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("entity_key", sa.String(), nullable=False),
        sa.Column("source_path", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("description", sa.String()),
        sa.Column("canonical_json", sa.JSON()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=f"{table}_pkey"),
        sa.UniqueConstraint("entity_key", name=f"uq_{table}_entity_key"),
    )
    # The specification asks for this index beside the constraint, which has one of its own.
    op.create_index(f"ix_{table}_entity_key", table, ["entity_key"])
    op.create_index(f"ix_{table}_label", table, ["label"])


def create_junction(table, column, parent):
    """A module or bundle takes its rows here along; a dashboard that is shown anywhere stays."""
    op.create_table(
        table,
        sa.Column(column, postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("dashboard_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.PrimaryKeyConstraint(column, "dashboard_id", name=f"{table}_pkey"),
        sa.ForeignKeyConstraint(
            [column], [f"{parent}.id"], name=f"{table}_{column}_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["dashboard_id"],
            ["dashboards.id"],
            name=f"{table}_dashboard_id_fkey",
            ondelete="RESTRICT",
        ),
    )


def upgrade():
    create_documents("dashboards")
    # category_key is no foreign key: ingest must accept a resource whose category does not exist.
    create_documents("resources", sa.Column("category_key", sa.String(), nullable=False))
    op.create_index("ix_resources_category_key", "resources", ["category_key"])
    create_junction("module_dashboard", "module_id", "modules_v2")
    create_junction("bundle_dashboard", "bundle_id", "bundles")


def downgrade():
    op.drop_table("bundle_dashboard")
    op.drop_table("module_dashboard")

    op.drop_index("ix_resources_category_key", "resources")
    op.drop_index("ix_resources_label", "resources")
    op.drop_index("ix_resources_entity_key", "resources")
    op.drop_table("resources")

    op.drop_index("ix_dashboards_label", "dashboards")
    op.drop_index("ix_dashboards_entity_key", "dashboards")
    op.drop_table("dashboards")
