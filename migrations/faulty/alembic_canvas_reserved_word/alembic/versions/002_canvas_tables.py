"""Theses.  Wrong: within a CHECK's text SQLAlchemy does not quote a reserved word.

Revision ID: 002
Revises: 001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "theses",
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("order BETWEEN 1 AND 5", name="ck_thesis_order_range"),
    )


def downgrade():
    op.drop_table("theses")
