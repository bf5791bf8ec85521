"""Left."""
from alembic import op

revision = "b1"
down_revision = "a"
branch_labels = ("left",)

def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
