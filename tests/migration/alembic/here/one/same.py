"""One."""
from alembic import op

revision = "a"
down_revision = None


def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
