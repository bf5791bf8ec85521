from alembic import op

revision = "c3"
down_revision = "b2"


def upgrade():
    op.execute("CREATE ROLE clerk")
