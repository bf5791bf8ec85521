"""One."""
from alembic import op

revision = "a"
down_revision = "b"


def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
