"""Orders."""
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
