"""Orders, whose type drop_table() leaves behind."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("state", sa.Enum("open", "paid", name="order_state"), nullable=False),
    )


def downgrade():
    op.drop_table("orders")
