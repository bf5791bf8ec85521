from alembic import op

revision = "4d40"
down_revision = ("2b20", "3c30")
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TABLE orders ADD product_id bigint")


def downgrade():
    op.execute("ALTER TABLE orders DROP product_id")
