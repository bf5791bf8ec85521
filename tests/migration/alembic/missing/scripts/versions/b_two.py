"""Two."""
from alembic import op

revision = "b"
down_revision = "x"


def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
