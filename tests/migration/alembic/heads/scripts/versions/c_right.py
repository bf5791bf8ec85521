"""Right."""
from alembic import op

revision = "c"
down_revision = "a"


def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
