from alembic import op

revision = "2b20"
down_revision = "1a10"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE TABLE customers (id bigint PRIMARY KEY)")


def downgrade():
    op.execute("DROP TABLE customers")
