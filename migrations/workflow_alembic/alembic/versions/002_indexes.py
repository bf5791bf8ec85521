"""Indexes for the known query patterns.

Revision ID: 002
Revises: 001
Create Date: 2026-11-21
"""

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_workflows_owner_id", "workflows", ["owner_id"])
    op.create_index("ix_workflow_runs_workflow_id", "workflow_runs", ["workflow_id"])
    op.create_index("ix_workflow_runs_status", "workflow_runs", ["status"])
    op.create_index("ix_run_step_logs_run_id", "run_step_logs", ["run_id"])
    op.create_index(
        "ix_outbox_unpublished",
        "outbox",
        ["published_at"],
        postgresql_where=sa.text("published_at IS NULL"),
    )


def downgrade():
    op.drop_index("ix_outbox_unpublished", "outbox")
    op.drop_index("ix_run_step_logs_run_id", "run_step_logs")
    op.drop_index("ix_workflow_runs_status", "workflow_runs")
    op.drop_index("ix_workflow_runs_workflow_id", "workflow_runs")
    op.drop_index("ix_workflows_owner_id", "workflows")
