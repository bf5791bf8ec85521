"""Business canvases.  Wrong: the enum type is made explicitly, and once more with its table.

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

lifecycle_lane = postgresql.ENUM("build", "sell", "milk", "reframe", name="lifecycle_lane")


def upgrade():
    lifecycle_lane.create(op.get_bind())

    op.create_table(
        "canvases",
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True),
        sa.Column("product_name", sa.String(255)),
        sa.Column(
            "lifecycle_lane",
            sa.Enum("build", "sell", "milk", "reframe", name="lifecycle_lane"),
            nullable=False,
        ),
        sa.Column("updated_by", postgresql.UUID(as_uuid=True), sa.ForeignKey("users.id")),
    )


def downgrade():
    op.drop_table("canvases")
    lifecycle_lane.drop(op.get_bind())
