"""End."""
from alembic import op

revision = "e"
down_revision = ("m", "o")


def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
