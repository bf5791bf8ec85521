"""Names, on one branch."""

import sqlalchemy as sa
from alembic import op

revision = "b1"
down_revision = "a1"
branch_labels = ("names",)


def upgrade():
    op.add_column("people", sa.Column("name", sa.Text, nullable=False))


def downgrade():
    op.drop_column("people", "name")
