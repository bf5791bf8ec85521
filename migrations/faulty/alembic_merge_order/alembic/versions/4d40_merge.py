from alembic import op

revision = "4d40"
down_revision = ("2b20", "3c30")
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE TABLE invoices (id bigint PRIMARY KEY)")


def downgrade():
    op.execute("DROP TABLE invoices")
