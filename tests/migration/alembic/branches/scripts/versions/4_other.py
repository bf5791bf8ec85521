"""Another base."""
from alembic import op

revision = "o"
down_revision = None
depends_on = "left"

def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
