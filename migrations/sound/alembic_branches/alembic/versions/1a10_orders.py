from alembic import op

revision = "1a10"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE TABLE orders (id bigint PRIMARY KEY)")


def downgrade():
    op.execute("DROP TABLE orders")
