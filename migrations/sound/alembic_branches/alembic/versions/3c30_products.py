from alembic import op

revision = "3c30"
down_revision = "1a10"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE TABLE products (id bigint PRIMARY KEY)")


def downgrade():
    op.execute("DROP TABLE products")
