from alembic import op

revision = "2b20"
down_revision = "1a10"
branch_labels = None
depends_on = None

# Each of the two branches adds its word to the comment that it finds.
COMMENT = """
DO $$
DECLARE
    was text := obj_description('orders'::regclass, 'pg_class');
BEGIN
    EXECUTE format('COMMENT ON TABLE orders IS %L', {});
END $$
"""


def upgrade():
    op.execute(COMMENT.format("was || ', paid'"))


def downgrade():
    op.execute(COMMENT.format("replace(was, ', paid', '')"))
