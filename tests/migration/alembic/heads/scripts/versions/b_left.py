"""Left."""
from alembic import op

revision = "b"
down_revision = "a"


def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
