"""Merge."""
from alembic import op

revision = "m"
down_revision = ("b1", "b2")


def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
